/** Golden sets of estimators: written by the Python script of the same name in test/golden, read here. */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import type { Choice, Objective } from '../../../src/engine/core/choice.ts';
import type { Estimate } from '../../../src/engine/core/estimator.ts';

/** What every case has; tensors are flat. */
export interface GoldenCase {
  readonly kind: Choice['kind'];
  /** Of the logits: [B, D, K] or [B, D]. */
  readonly shape: readonly number[];
  readonly logits: readonly number[];
  /** Of the objective, without the rows. */
  readonly weights: readonly number[];
  readonly value: number;
  readonly gradient: readonly number[];
}

interface GoldenFile<T> {
  /** Version that made it. */
  readonly torch: string;
  readonly cases: readonly T[];
}

export function goldenFile<T extends GoldenCase>(name: string): GoldenFile<T> {
  const file = new URL(`../../golden/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as GoldenFile<T>;
}

export function tensorOf(values: readonly number[], shape: readonly number[]): tf.Tensor {
  return tf.tensor(Float32Array.from(values), [...shape]);
}

/** f of the scripts: sum over the choices of (w . z - 0.45)^2, for bits of (w z - 0.45)^2. */
export function goldenObjective({ kind, shape, weights }: GoldenCase, relaxable: boolean): Objective {
  return {
    relaxable,
    evaluate: (z) => {
      const weighted = tf.mul(z, tensorOf(weights, shape.slice(1)));
      const scores = kind === 'categorical' ? tf.sum(weighted, 2) : weighted; // [B, D]
      return tf.sum(tf.square(tf.sub(scores, 0.45)), 1);
    },
  };
}

/** The value of an estimate at the case's logits, and its gradient for them, flat. */
export function estimated(
  { kind, shape, logits }: GoldenCase,
  estimate: (choice: Choice) => Pick<Estimate, 'surrogate' | 'value'>,
): { readonly value: number; readonly gradient: Float32Array } {
  let found = Number.NaN;
  const gradient = tf.tidy(() => {
    const run = tf.grad((own) => {
      const { surrogate, value } = estimate({ kind, logits: own } as Choice);
      found = value.dataSync()[0]!;
      return surrogate;
    });
    return run(tensorOf(logits, shape)).dataSync<'float32'>();
  });
  return { value: found, gradient };
}
