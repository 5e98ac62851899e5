/**
 * From the trained number m of each coordinate to the parameters of its distribution: m is the location, or of a distribution on
 * the positive numbers a logarithm, so that every m is allowed. `trainedParameters` is the same in doubles.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ContinuousChoice } from '../../core/choice.ts';
import { exponential } from '../../distributions/continuous/exponential.ts';
import { inverseGamma } from '../../distributions/continuous/inverse-gamma.ts';
import type { LawId } from '../../distributions/continuous/laws.ts';
import { multivariateNormal } from '../../distributions/continuous/multivariate-normal.ts';
import {
  cauchy,
  gumbel,
  laplace,
  logNormal,
  logistic,
  normal,
} from '../../distributions/continuous/location-scale.ts';

const locationScales = { cauchy, gumbel, laplace, 'log-normal': logNormal, logistic, normal };

export interface LawConfig {
  readonly distribution: LawId;
  readonly dimensions: number;
  readonly deviation: number;
  readonly correlation: number;
}

/**
 * From m [B, D] to the choice: independent numbers, or, where they are correlated, a multivariate normal with a Cholesky factor.
 */
export function trainedLaw({
  distribution,
  dimensions,
  deviation,
  correlation,
}: LawConfig): (m: tf.Tensor2D) => ContinuousChoice {
  const scale = (m: tf.Tensor2D) => tf.fill(m.shape, deviation);
  if (distribution === 'exponential') {
    return (m) => ({
      kind: 'continuous',
      distribution: exponential,
      parameters: { rate: tf.mul(tf.exp(tf.neg(m)), 1 / deviation) },
    });
  }
  if (distribution === 'inverse-gamma') {
    return (m) => ({
      kind: 'continuous',
      distribution: inverseGamma,
      parameters: { shape: tf.exp(m), scale: scale(m) },
    });
  }
  if (dimensions === 1 || correlation === 0) {
    return (m) => ({
      kind: 'continuous',
      distribution: locationScales[distribution],
      parameters: { location: m, scale: scale(m) },
    });
  }
  const factor = choleskyFactor(dimensions, correlation).map((entry) => entry * deviation);
  return (m) => ({
    kind: 'continuous',
    distribution: multivariateNormal,
    parameters: {
      location: m,
      cholesky: tf.tile(tf.tensor3d(factor, [1, dimensions, dimensions]), [m.shape[0], 1, 1]),
    },
  });
}

/** Is m the logarithm of something, and not the place of z? */
export function isLogarithm(distribution: LawId): boolean {
  return ['exponential', 'inverse-gamma', 'log-normal'].includes(distribution);
}

/** Of one coordinate, in the order in which its distribution names them; correlated numbers are normal each. */
export function trainedParameters(distribution: LawId, m: number, deviation: number): readonly number[] {
  if (distribution === 'exponential') return [Math.exp(-m) / deviation];
  return [distribution === 'inverse-gamma' ? Math.exp(m) : m, deviation];
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
