/**
 * The multivariate normal distribution with a Cholesky factor: z = location + L x, x standard normal, covariance L L^T.
 * `location` [B, D]; `cholesky` L [B, D, D], lower triangular with a positive diagonal: entries above it are ignored.
 */
import * as tf from '@tensorflow/tfjs-core';
import { normal as standardNormal } from '../../random/noise.ts';
import { matrix, type ContinuousDistribution, type Parameters } from '../../core/distribution.ts';
import { HALF_LOG_2PI } from './location-scale.ts';

function read(parameters: Parameters): { location: tf.Tensor2D; factor: tf.Tensor3D } {
  const location = matrix(parameters, 'location');
  const side = location.shape[1];
  const lower = Float32Array.from({ length: side * side }, (_, i) =>
    i % side <= Math.floor(i / side) ? 1 : 0,
  );
  const factor = tf.mul<tf.Tensor3D>(parameters['cholesky']!, tf.tensor3d(lower, [1, side, side]));
  return { location, factor };
}

/** log |L| [B]: the sum of the logarithms of the diagonal. */
function logDeterminant(factor: tf.Tensor3D): tf.Tensor1D {
  const diagonal = tf.sum(tf.mul(factor, tf.eye(factor.shape[1])), 2);
  return tf.sum<tf.Tensor1D>(tf.log(diagonal), 1);
}

/** L^-1 x by forward substitution; x [B, D, n]. */
function solve(factor: tf.Tensor3D, x: tf.Tensor3D): tf.Tensor3D {
  const [rows, side, columns] = x.shape;
  const solved: tf.Tensor3D[] = []; // [B, 1, n] each
  for (let i = 0; i < side; i++) {
    const right = tf.slice(x, [0, i, 0], [rows, 1, columns]);
    const pivot = tf.slice(factor, [0, i, i], [factor.shape[0], 1, 1]);
    const before = solved.length === 0 ? undefined : tf.concat(solved, 1); // [B, i, n]
    const row = before && tf.slice(factor, [0, i, 0], [factor.shape[0], 1, i]);
    const rest = before === undefined ? right : tf.sub<tf.Tensor3D>(right, tf.matMul(row!, before));
    solved.push(tf.div(rest, pivot));
  }
  return tf.concat(solved, 1);
}

/** |L^-1 x|^2 [B], over all columns of x [B, D, n]. */
function squaredDistance(factor: tf.Tensor3D, x: tf.Tensor3D): tf.Tensor1D {
  return tf.sum(tf.square(solve(factor, x)), [1, 2]);
}

export const multivariateNormal: ContinuousDistribution = {
  id: 'multivariate-normal',
  label: 'Multivariate normal',
  parameters: { location: 'real', cholesky: 'lower triangular' },
  sample(parameters, key) {
    const { location, factor } = read(parameters);
    const noise = tf.expandDims(standardNormal<tf.Rank.R2>(key, location.shape), 2);
    return tf.add(location, tf.reshape(tf.matMul(factor, noise), location.shape));
  },
  logProb(parameters, z) {
    const { location, factor } = read(parameters);
    const distance = squaredDistance(factor, tf.expandDims(tf.sub(z, location), 2));
    const constant = HALF_LOG_2PI * location.shape[1];
    return tf.neg(tf.add(tf.add(tf.mul(distance, 0.5), logDeterminant(factor)), constant));
  },
  entropy(parameters) {
    const { location, factor } = read(parameters);
    return tf.add(logDeterminant(factor), (HALF_LOG_2PI + 0.5) * location.shape[1]);
  },
  // (|Lq^-1 Lp|^2 + |Lq^-1 (mp - mq)|^2 - D) / 2 + log |Lq| - log |Lp|
  kl(from, to) {
    const [p, q] = [read(from), read(to)];
    const shift = tf.expandDims<tf.Tensor3D>(tf.sub(p.location, q.location), 2);
    const squares = squaredDistance(q.factor, tf.concat([p.factor, shift], 2));
    const volumes = tf.sub(logDeterminant(q.factor), logDeterminant(p.factor));
    return tf.add(tf.mul(tf.sub(squares, p.location.shape[1]), 0.5), volumes);
  },
};
