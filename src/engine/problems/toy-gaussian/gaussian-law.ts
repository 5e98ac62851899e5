/** The law of the Gaussian toy around a mean that is trained. */
import * as tf from '@tensorflow/tfjs-core';
import type { ContinuousChoice } from '../../core/choice.ts';
import { multivariateNormal } from '../../distributions/continuous/multivariate-normal.ts';
import { normal } from '../../distributions/continuous/normal.ts';

/**
 * From the mean [B, D] to the choice: independent numbers, or, where they are correlated, a multivariate normal with a Cholesky
 * factor.
 */
export function gaussianLaw(
  dimensions: number,
  deviation: number,
  correlation: number,
): (mean: tf.Tensor2D) => ContinuousChoice {
  if (dimensions === 1 || correlation === 0) {
    return (mean) => ({
      kind: 'continuous',
      distribution: normal,
      parameters: { location: mean, scale: tf.fill(mean.shape, deviation) },
    });
  }
  const factor = choleskyFactor(dimensions, correlation).map((entry) => entry * deviation);
  return (mean) => ({
    kind: 'continuous',
    distribution: multivariateNormal,
    parameters: {
      location: mean,
      cholesky: tf.tile(tf.tensor3d(factor, [1, dimensions, dimensions]), [mean.shape[0], 1, 1]),
    },
  });
}

/** L with L L^T = (1 - correlation) I + correlation, row by row: below its diagonal, every column of L is constant. */
function choleskyFactor(dimensions: number, correlation: number): number[] {
  const diagonal: number[] = [];
  const below: number[] = [];
  let squares = 0;
  for (let column = 0; column < dimensions; column++) {
    const pivot = Math.sqrt(1 - squares);
    const entry = (correlation - squares) / pivot;
    diagonal.push(pivot);
    below.push(entry);
    squares += entry * entry;
  }
  return Array.from({ length: dimensions }, (_, row) =>
    below.map((entry, column) => (column < row ? entry : column === row ? diagonal[row]! : 0)),
  ).flat();
}
