/** Independent samples of an estimator, one a row: B times the surrogate's gradient for row b's logits is one of them. */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice, Objective } from '../core/choice.ts';
import { emptyState, type EstimatorDefinition, type EstimatorState } from '../core/estimator.ts';
import { entriesOf, type ChoiceShape } from '../objectives/discrete-objective.ts';
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

/** The same logits in `rows` rows. */
export function tiledChoice(shape: ChoiceShape, logits: readonly number[], rows: number): Choice {
  const size = entriesOf(shape);
  const values = new Float32Array(rows * size);
  for (let row = 0; row < rows; row++) values.set(logits, row * size);
  const side = shape.kind === 'categorical' ? [1, shape.classes] : [shape.latents];
  return { kind: shape.kind, logits: tf.tensor<tf.Rank>(values, [rows, ...side]) } as Choice;
}

export interface RowGradients {
  /** [rows, size], flat. */
  readonly values: Float32Array;
  /** Evaluations of f a row. */
  readonly evaluations: number;
}

export async function rowGradients(
  { definition, settings, state }: PreparedEstimator,
  choice: Choice,
  objective: Objective,
  { key, temperature }: { readonly key: Key; readonly temperature: number },
): Promise<RowGradients> {
  let evaluations = 0;
  const gradient = tf.tidy(() => {
    const grad = tf.grad((logits) => {
      const estimate = definition.estimate({
        choice: { kind: choice.kind, logits } as Choice,
        objective,
        key,
        temperature,
        settings,
        state,
      });
      evaluations = estimate.evaluations;
      return estimate.surrogate;
    });
    return tf.mul(grad(choice.logits), choice.logits.shape[0]);
  });
  const values = Float32Array.from(await gradient.data());
  gradient.dispose();
  return { values, evaluations };
}
