/**
 * Monte Carlo rollouts: a token is worth the mean f of N sequences that go on from it, drawn by the generator or by a copy that lags
 * behind,
 *
 *   Q(x_1 .. x_{t-1}, x_t) = (1/N) sum_n f(x_1 .. x_t, rest_n),  rest_n ~ p(. | x_1 .. x_t);  of the last token f itself
 *
 * Source: Yu, Zhang, Wang, Yu, "SeqGAN: Sequence Generative Adversarial Nets with Policy Gradient", AAAI 2017, equation 4. Differs
 * from source: f of a loss that is lowered in place of a reward.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { StagedObjective } from '../../core/choice.ts';
import { detached } from '../../core/gradient-flow.ts';
import { fold, type Key } from '../../random/key.ts';
import type { Generator } from './generator.ts';
import { drawRest, rowsOf } from './token-choice.ts';

interface RolledSequences {
  /** Who completes the sequences. */
  readonly generator: Generator;
  /** N */
  readonly count: number;
  /** T */
  readonly length: number;
  /** Of whole hard sequences, T of [N B, V] -> [N B]. */
  judge(tokens: readonly tf.Tensor2D[]): tf.Tensor1D;
  /** f as the objective has it, with its gradient. */
  whole(values: readonly tf.Tensor[]): tf.Tensor1D;
}

export function rolledOut({
  generator,
  count,
  length,
  judge,
  whole,
}: RolledSequences): NonNullable<StagedObjective['rollouts']> {
  return {
    evaluations: count * (length - 1) + 1,
    returns(values, key: Key) {
      const worth = detached(() => {
        const tokens = rowsOf(values);
        const states = generator.along(tokens);
        const [rows] = tokens[0]!.shape;
        const many = (x: tf.Tensor2D) => tf.tile(x, [count, 1]);
        const columns = Array.from({ length: length - 1 }, (_, n) =>
          tf.tidy(() => {
            const from = n + 1;
            const rest = drawRest(generator, states[from]!.map(many), { from, length }, fold(key, from));
            const found = judge([...tokens.slice(0, from).map(many), ...rest]);
            return tf.mean(tf.reshape(found, [count, rows]), 0);
          }),
        );
        return tf.stack(columns, 1) as tf.Tensor2D; // [B, T - 1]
      });
      return tf.concat2d([worth, tf.expandDims(whole(values), 1)], 1);
    },
  };
}
