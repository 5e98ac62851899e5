/** Independent samples of an estimator, one per row: B times the surrogate's gradient for row b's numbers, its logits or parameters, is one. */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice, Objective, OneChoice } from '../core/choice.ts';
import { emptyState, type EstimatorDefinition, type EstimatorState } from '../core/estimator.ts';
import type { ChoiceShape } from '../objectives/discrete-objective.ts';
import { fold, type Key } from '../random/key.ts';

export interface PreparedEstimator {
  readonly definition: EstimatorDefinition;
  /** Parsed. */
  readonly settings: unknown;
  readonly state: EstimatorState;
}

/** The estimator with its state of step 0; the caller disposes of the state. */
export function prepareEstimator(
  definition: EstimatorDefinition,
  settings: unknown,
  shape: ChoiceShape,
  key: Key,
): PreparedEstimator {
  const { kind, latents, classes } = shape;
  const state =
    definition.init?.({ kind, latents, classes, settings, key: fold(key, 'state') }) ?? emptyState;
  return { definition, settings, state };
}

export function disposeState({ state }: PreparedEstimator): void {
  tf.dispose([...Object.values(state.parameters), ...Object.values(state.buffers)]);
}

/** The same numbers in `rows` rows, [rows, size]. */
export function tiledNumbers(numbers: readonly number[], rows: number): tf.Tensor2D {
  const size = numbers.length;
  const values = new Float32Array(rows * size);
  for (let row = 0; row < rows; row++) values.set(numbers, row * size);
  return tf.tensor2d(values, [rows, size]);
}

/** From logits [rows, size] to the choice that they make. */
export function discreteChoice({ kind, classes, latents }: ChoiceShape): (logits: tf.Tensor2D) => Choice {
  const shapeOf = (rows: number) => (kind === 'categorical' ? [rows, 1, classes] : [rows, latents]);
  return (logits) => ({ kind, logits: tf.reshape<tf.Rank>(logits, shapeOf(logits.shape[0])) }) as Choice;
}

export interface RowGradients {
  /** [rows, size], flat. */
  readonly values: Float32Array;
  /** Evaluations of f per row. */
  readonly evaluations: number;
}

/** @param choiceOf of the numbers [rows, size], on the gradient's tape */
export async function rowGradients(
  { definition, settings, state }: PreparedEstimator,
  numbers: tf.Tensor2D,
  choiceOf: (numbers: tf.Tensor2D) => OneChoice,
  objective: Objective,
  { key, temperature }: { readonly key: Key; readonly temperature: number },
): Promise<RowGradients> {
  let evaluations = 0;
  const gradient = tf.tidy(() => {
    const grad = tf.grad((at) => {
      const estimate = definition.estimate({
        choice: choiceOf(at as tf.Tensor2D),
        objective,
        key,
        temperature,
        settings,
        state,
      });
      evaluations = estimate.evaluations;
      return estimate.surrogate;
    });
    return tf.mul(grad(numbers), numbers.shape[0]);
  });
  const values = Float32Array.from(await gradient.data());
  gradient.dispose();
  return { values, evaluations };
}
