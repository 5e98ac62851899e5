/**
 * Runs an estimator on many equal rows at once. B times the surrogate's gradient for one row is one independent sample of the
 * estimator, so one call gives the whole sample.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice, Objective } from '../../../src/engine/core/choice.ts';
import {
  emptyState,
  type EstimatorDefinition,
  type EstimatorState,
} from '../../../src/engine/core/estimator.ts';
import { rootKey } from '../../../src/engine/random/key.ts';
import { tableEntries, tableObjective, tiledChoice, type ChoiceCase } from './cases.ts';

export interface Variant {
  readonly definition: EstimatorDefinition;
  /** Parsed. */
  readonly settings: unknown;
}

/** State at step 0; with `moved`, its parameters elsewhere, as training could leave them: what holds must hold for any. */
export function initialState(
  { definition, settings }: Variant,
  { kind, latents, classes }: ChoiceCase,
  moved = true,
): EstimatorState {
  const state = definition.init?.({ kind, latents, classes, settings, key: rootKey(99) }) ?? emptyState;
  if (moved) {
    for (const [which, variable] of Object.values(state.parameters).entries()) {
      const shift = Float32Array.from({ length: variable.size }, (_, i) => 0.1 * Math.sin(7 * i + which + 1));
      tf.tidy(() => variable.assign(tf.add(variable, tf.tensor(shift, variable.shape))));
    }
  }
  return state;
}

export interface GradientSample {
  /** [rows][size of a row]: one sample of the gradient for the logits a row. */
  readonly gradient: Float32Array;
  readonly size: number;
  readonly value: number;
  readonly evaluations: number;
}

export interface SamplingOptions {
  readonly rows: number;
  readonly seed: number;
  readonly temperature?: number;
  readonly state?: EstimatorState;
}

/** Samples for the logits of any choice and objective. */
export function sampleFor(
  variant: Variant,
  choice: Choice,
  objective: Objective,
  { seed, temperature = 1, state = emptyState }: Omit<SamplingOptions, 'rows'>,
): GradientSample {
  const rows = choice.logits.shape[0];
  const found = { value: Number.NaN, evaluations: 0 };
  const gradient = tf.tidy(() => {
    const grad = tf.grad((logits) => {
      const estimate = variant.definition.estimate({
        choice: { kind: choice.kind, logits } as Choice,
        objective,
        key: rootKey(seed),
        temperature,
        settings: variant.settings,
        state,
      });
      found.value = estimate.value.dataSync()[0]!;
      found.evaluations = estimate.evaluations;
      return estimate.surrogate;
    });
    return tf.mul(grad(choice.logits), rows).dataSync() as Float32Array;
  });
  return { gradient: Float32Array.from(gradient), size: choice.logits.size / rows, ...found };
}

export function sampleGradients(
  variant: Variant,
  choiceCase: ChoiceCase,
  objective: Objective,
  options: SamplingOptions,
): GradientSample {
  const choice = tiledChoice(choiceCase, options.rows);
  const state = options.state ?? initialState(variant, choiceCase);
  try {
    return sampleFor(variant, choice, objective, { ...options, state });
  } finally {
    choice.logits.dispose();
    if (options.state === undefined) tf.dispose([state.parameters, state.buffers]);
  }
}

type Rows = Pick<GradientSample, 'gradient' | 'size'>;

/** Samples of the gradient for the logits and for f's own parameters, a table a row: [rows][K^D]. */
export function sampleTableGradients(
  variant: Variant,
  choiceCase: ChoiceCase,
  { rows, seed, temperature = 1 }: SamplingOptions,
): { readonly logits: Rows; readonly table: Rows } {
  const state = initialState(variant, choiceCase);
  const entries = tableEntries(choiceCase);
  const [logits, table] = tf.tidy(() => {
    const choice = tiledChoice(choiceCase, rows);
    const tables = tf.tile(tf.tensor2d(entries, [1, entries.length]), [rows, 1]);
    const grads = tf.grads(
      (own, given) =>
        variant.definition.estimate({
          choice: { kind: choice.kind, logits: own } as Choice,
          objective: tableObjective(choiceCase, given as tf.Tensor2D).tensors,
          key: rootKey(seed),
          temperature,
          settings: variant.settings,
          state,
        }).surrogate,
    );
    return grads([choice.logits, tables]).map((gradient) =>
      Float32Array.from(tf.mul(gradient, rows).dataSync()),
    );
  });
  tf.dispose([state.parameters, state.buffers]);
  return {
    logits: { gradient: logits!, size: choiceCase.logits.length },
    table: { gradient: table!, size: entries.length },
  };
}

export interface Moments {
  readonly mean: number;
  /** Standard error of the mean. */
  readonly error: number;
  readonly variance: number;
  /** Standard error of the variance. */
  readonly varianceError: number;
}

/** Moments of each coordinate over the rows. */
export function momentsOf({ gradient, size }: Pick<GradientSample, 'gradient' | 'size'>): Moments[] {
  const rows = gradient.length / size;
  return Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += gradient[row * size + i]!;
    const mean = sum / rows;
    let second = 0;
    let fourth = 0;
    for (let row = 0; row < rows; row++) {
      const square = (gradient[row * size + i]! - mean) ** 2;
      second += square;
      fourth += square * square;
    }
    const variance = second / (rows - 1);
    return {
      mean,
      variance,
      error: Math.sqrt(variance / rows),
      varianceError: Math.sqrt(Math.max(0, fourth / rows - variance ** 2) / rows),
    };
  });
}
