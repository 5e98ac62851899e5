/** The trained part of a toy: logits, and nothing else. Every row of a minibatch is the same choice. */
import * as tf from '@tensorflow/tfjs-core';
import { counted } from '../../../shared/counted.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ProblemInstance, TrainingConfig } from '../../core/problem.ts';
import type { Choice } from '../../core/choice.ts';
import type { DiscreteObjective } from '../../objectives/discrete-objective.ts';
import { uniform } from '../../random/noise.ts';
import { fold, type Key } from '../../random/key.ts';
import { evaluateToy } from './evaluate.ts';

export interface ToyConfig extends TrainingConfig {
  readonly initialLogits: readonly number[] | null;
  readonly initialSpread: number;
}

/**
 * @param trained length of the logits that are trained: K or D, or 1 where all bits share one
 */
export function createToy(
  config: ToyConfig,
  objective: DiscreteObjective,
  trained: number,
  init: Key,
): ProblemInstance {
  const { shape, tensors } = objective;
  const logits = tf.tidy(() => tf.variable(initialLogits(config, trained, init)));
  const side = shape.kind === 'categorical' ? [1, shape.classes] : [shape.latents];
  const repeats = side.map((length) => (trained === 1 ? length : 1));
  return {
    parameters: { logits },
    ...shape,
    valueScale: 1,
    step({ temperature }) {
      const row = tf.reshape(logits, [1, ...side.map((length) => (trained === 1 ? 1 : length))]);
      const tiled = tf.tile(row, [config.batch, ...repeats]);
      return { temperature, choice: { kind: shape.kind, logits: tiled } as Choice, objective: tensors };
    },
    async evaluate() {
      const values = Array.from(await logits.data());
      const entries = shape.kind === 'categorical' ? shape.classes : shape.latents;
      const row = trained === 1 ? new Array<number>(entries).fill(values[0]!) : values;
      return { ...evaluateToy(objective, row) };
    },
    dispose: () => logits.dispose(),
  };
}

function initialLogits(config: ToyConfig, trained: number, init: Key): tf.Tensor1D {
  const { initialLogits: given, initialSpread } = config;
  const start = given === null ? tf.zeros<tf.Rank.R1>([trained]) : tf.tensor1d([...given]);
  if (initialSpread === 0) return start;
  const noise = uniform<tf.Rank.R1>(fold(init, 'logits'), [trained]);
  return tf.add(start, tf.mul(tf.sub(noise, 0.5), 2 * initialSpread));
}

/** @throws AppError validation at `initialLogits` */
export function checkInitialLogits(config: ToyConfig, trained: number): void {
  const found = config.initialLogits?.length ?? trained;
  if (found === trained) return;
  throw new AppError(
    'validation',
    `initialLogits: expected ${counted(trained, 'number')}, one per trained logit, found ${found}`,
    { path: 'initialLogits' },
  );
}
