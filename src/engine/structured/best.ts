/** The best allowed combination of choices, by dynamic programming from the last choice to the first and back. */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice } from '../core/choice.ts';
import { detached } from '../core/gradient-flow.ts';
import type { Automaton } from './automaton.ts';

/** Score of what is not allowed; finite, so that 0 times it is 0. */
const NEVER = -1e30;
/** Scores are kept within this, far from NEVER. */
const LARGEST = 1e6;

/** argmax <logits, z> over the allowed z, like z; the first of equally good values. A constant to the gradient. */
export function bestAllowed(choice: Choice, automaton: Automaton): tf.Tensor {
  return detached(() => {
    const finite = tf.clipByValue(choice.logits, -LARGEST, LARGEST);
    const scores = choice.kind === 'bernoulli' ? tf.stack([tf.zerosLike(finite), finite], 2) : finite;
    const best = bestValues(tf.unstack(scores, 1) as tf.Tensor2D[], automaton);
    if (choice.kind === 'bernoulli') return tf.cast(tf.stack(best, 1), 'float32');
    return tf.cast(
      tf.stack(
        best.map((value) => tf.oneHot(value, automaton.values)),
        1,
      ),
      'float32',
    );
  });
}

/** @param scores of the values at each place, [B, K]; returns the best values, [B] int32 each */
function bestValues(scores: readonly tf.Tensor2D[], automaton: Automaton): tf.Tensor1D[] {
  const { states, final } = automaton;
  const rows = scores[0]!.shape[0];
  const never = tf.fill<tf.Rank.R2>([rows, 1], NEVER);
  const ends = Array.from({ length: states }, (_, s) => (final.includes(s) ? 0 : NEVER));

  /** The best that can follow, from each state, [B, S]. */
  let after: tf.Tensor = tf.tile(tf.tensor2d([ends]), [rows, 1]);
  const worth: tf.Tensor[] = []; // [B, K, S] per place
  for (let place = scores.length - 1; place >= 0; place--) {
    const open = tf.concat([after, never], 1);
    const own = tf.split(scores[place]!, automaton.values, 1);
    const each = automaton
      .next(place)
      .map((map, value) => tf.add(tf.gather(open, indices(map, states), 1), own[value]!));
    worth.unshift(tf.stack(each, 1));
    after = tf.max(worth[0]!, 1);
  }

  let state: tf.Tensor1D = tf.zeros([rows], 'int32');
  return worth.map((values, place) => {
    const here = tf.cast(tf.expandDims(tf.oneHot(state, states), 1), 'float32'); // [B, 1, S]
    const value = tf.argMax<tf.Tensor1D>(tf.sum(tf.mul(values, here), 2), 1);
    const table = automaton.next(place).flatMap((map) => map.map((next) => next ?? 0));
    const at = tf.add(tf.mul(value, tf.scalar(states, 'int32')), state);
    state = tf.gather(tf.tensor1d(table, 'int32'), tf.cast(at, 'int32'));
    return value;
  });
}

function indices(map: readonly (number | undefined)[], states: number): tf.Tensor1D {
  return tf.tensor1d(
    map.map((next) => next ?? states),
    'int32',
  );
}
