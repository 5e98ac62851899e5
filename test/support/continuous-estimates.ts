/** Estimates of the gradient for the parameters of a continuous choice, on equal rows: one independent estimate a row. */
import * as tf from '@tensorflow/tfjs-core';
import type { Objective } from '../../src/engine/core/choice.ts';
import {
  emptyState,
  type EstimatorDefinition,
  type EstimatorState,
} from '../../src/engine/core/estimator.ts';
import type { ContinuousDistribution } from '../../src/engine/core/distribution.ts';
import { parseSettings } from '../../src/engine/estimators/registry.ts';
import { rootKey } from '../../src/engine/random/key.ts';

/** f(z) = tanh z_1 + tanh z_2 + ...: bounded, so that it has a mean under every law. */
export const bounded: Objective = {
  relaxable: true,
  evaluate: (z) => tf.sum<tf.Tensor1D>(tf.tanh(z), 1),
};

/** The same parameters in `count` rows. */
export function tiled(
  parameters: Readonly<Record<string, readonly number[]>>,
  count: number,
): Record<string, tf.Tensor2D> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, values]) => [
      name,
      tf.tile(tf.tensor2d([...values], [1, values.length]), [count, 1]),
    ]),
  );
}

/** B times the surrogate's gradient for each parameter, row by row, flat. */
export function parameterGradients(
  definition: EstimatorDefinition,
  distribution: ContinuousDistribution,
  parameters: Readonly<Record<string, tf.Tensor>>,
  objective: Objective,
  seed: number,
  settings: Record<string, unknown> = {},
  state: EstimatorState = emptyState,
): Record<string, Float32Array> {
  const names = Object.keys(parameters);
  return tf.tidy(() => {
    const gradients = tf.grads(
      (...tensors: tf.Tensor[]) =>
        definition.estimate({
          choice: {
            kind: 'continuous',
            distribution,
            parameters: Object.fromEntries(names.map((name, i) => [name, tensors[i]!])),
          },
          objective,
          key: rootKey(seed),
          temperature: 1,
          settings: parseSettings(definition, settings, 'continuous'),
          state,
        }).surrogate,
    )(names.map((name) => parameters[name]!));
    const count = parameters[names[0]!]!.shape[0];
    return Object.fromEntries(
      names.map((name, i) => [name, Float32Array.from(tf.mul(gradients[i]!, count).dataSync())]),
    );
  });
}

/** d g / d parameter `name` by central differences. */
export function slope(
  parameters: Readonly<Record<string, number>>,
  name: string,
  g: (parameters: Readonly<Record<string, number>>) => number,
): number {
  const step = 1e-4;
  const at = (by: number) => g({ ...parameters, [name]: parameters[name]! + by });
  return (at(step) - at(-step)) / (2 * step);
}
