/**
 * The distributions of location + scale x, x standard: Cauchy, Gumbel, Laplace, logistic, normal; and the
 * log-normal one, e^x of a normal x. Their parameters are `location`
 * (real) and `scale` (positive), [B, D].
 */
import * as tf from '@tensorflow/tfjs-core';
import { type Key, fold } from '../../random/key.ts';
import { matrix, type ContinuousDistribution } from '../../core/distribution.ts';
import {
  uniform,
  gumbel as standardGumbel,
  logistic as standardLogistic,
  normal as standardNormal,
} from '../../random/noise.ts';
import { logGamma } from './gamma-functions.ts';

interface Standard {
  readonly id: string;
  readonly label: string;
  /** Standard noise of that shape; constant to the gradient. */
  noise(key: Key, shape: [number, number]): tf.Tensor2D;
  /** log density of the standard distribution, elementwise. */
  logDensity(x: tf.Tensor2D): tf.Tensor2D;
  /** Entropy of the standard distribution, in nats. */
  readonly entropy: number;
  /** KL(from || to) per coordinate, [B, D]. */
  kl?(from: LocationScale, to: LocationScale): tf.Tensor2D;
}

interface LocationScale {
  readonly location: tf.Tensor2D;
  readonly scale: tf.Tensor2D;
}

function locationScale(standard: Standard): ContinuousDistribution {
  const { id, label, noise, logDensity, kl } = standard;
  const read = (parameters: Readonly<Record<string, tf.Tensor>>): LocationScale => ({
    location: matrix(parameters, 'location'),
    scale: matrix(parameters, 'scale'),
  });
  return {
    id,
    label,
    parameters: { location: 'real', scale: 'positive' },
    sample(parameters, key) {
      const { location, scale } = read(parameters);
      return tf.add(location, tf.mul(scale, noise(key, location.shape)));
    },
    logProb(parameters, z) {
      const { location, scale } = read(parameters);
      const x = tf.div<tf.Tensor2D>(tf.sub(z, location), scale);
      return tf.sum<tf.Tensor1D>(tf.sub(logDensity(x), tf.log(scale)), 1);
    },
    entropy: (parameters) => tf.sum(tf.add(tf.log(read(parameters).scale), standard.entropy), 1),
    ...(kl === undefined ? {} : { kl: (from, to) => tf.sum<tf.Tensor1D>(kl(read(from), read(to)), 1) }),
  };
}

/**
 * The Cauchy distribution: x = tan(pi (u - 1/2)). It has no mean: E f must exist without one.
 * KL: Chyzak, Nielsen, "A closed-form formula for the Kullback-Leibler divergence between Cauchy distributions", 2019.
 */
export const cauchy = locationScale({
  id: 'cauchy',
  label: 'Cauchy',
  noise: (key, shape) => tf.tan(tf.mul(tf.sub(uniform<tf.Rank.R2>(key, shape), 0.5), Math.PI)),
  logDensity: (x) => tf.neg(tf.add(tf.log1p(tf.square(x)), Math.log(Math.PI))),
  entropy: Math.log(4 * Math.PI),
  kl: (from, to) => {
    const spread = tf.square(tf.add(from.scale, to.scale));
    const shift = tf.square(tf.sub(from.location, to.location));
    return tf.log(tf.div(tf.add(spread, shift), tf.mul(4, tf.mul(from.scale, to.scale))));
  },
});

const EULER = 0.5772156649015329;

/** The Gumbel distribution (of maxima): x = -log(-log u). */
export const gumbel = locationScale({
  id: 'gumbel',
  label: 'Gumbel',
  noise: standardGumbel,
  logDensity: (x) => tf.neg(tf.add(x, tf.exp(tf.neg(x)))),
  entropy: 1 + EULER,
  // From E x = m1 + Euler b1 and E e^-((x - m2) / b2) = e^((m2 - m1) / b2) Gamma(1 + b1 / b2).
  kl: (from, to) => {
    const ratio = tf.div(from.scale, to.scale);
    const shift = tf.div(tf.sub(from.location, to.location), to.scale);
    const tail = tf.exp(tf.sub(logGamma(tf.add(ratio, 1)), shift));
    const means = tf.add(shift, tf.mul(tf.sub(ratio, 1), EULER));
    return tf.sub<tf.Tensor2D>(tf.add(means, tail), tf.add(tf.log(ratio), 1));
  },
});

/** The Laplace distribution: x is the difference of two standard exponentials. */
export const laplace = locationScale({
  id: 'laplace',
  label: 'Laplace',
  noise: (key, shape) =>
    tf.sub(tf.log(uniform(fold(key, 'left'), shape)), tf.log(uniform(fold(key, 'right'), shape))),
  logDensity: (x) => tf.sub(tf.neg(tf.abs(x)), Math.LN2),
  entropy: 1 + Math.LN2,
  // log(b2 / b1) + d / b2 + (b1 / b2) e^(-d / b1) - 1, d the distance of the locations.
  kl: (from, to) => {
    const ratio = tf.div(from.scale, to.scale);
    const distance = tf.abs(tf.sub(from.location, to.location));
    const overlap = tf.mul(ratio, tf.exp(tf.neg(tf.div(distance, from.scale))));
    return tf.sub(tf.add(tf.div(distance, to.scale), overlap), tf.add(tf.log(ratio), 1));
  },
});

/** The logistic distribution: x = log(u / (1 - u)). Its KL has no closed form. */
export const logistic = locationScale({
  id: 'logistic',
  label: 'Logistic',
  noise: standardLogistic,
  logDensity: (x) => tf.neg(tf.add(x, tf.mul(tf.softplus(tf.neg(x)), 2))),
  entropy: 2,
});

export const HALF_LOG_2PI = Math.log(2 * Math.PI) / 2;

/** The normal (Gaussian) distribution, coordinates independent. */
export const normal = locationScale({
  id: 'normal',
  label: 'Normal',
  noise: standardNormal,
  logDensity: (x) => tf.sub(tf.mul(tf.square(x), -0.5), HALF_LOG_2PI),
  entropy: HALF_LOG_2PI + 0.5,
  kl: normalKl,
});

/** log(s2 / s1) + (s1^2 + (m1 - m2)^2) / (2 s2^2) - 1/2, elementwise. */
function normalKl(from: LocationScale, to: LocationScale): tf.Tensor2D {
  const ratio = tf.div(from.scale, to.scale);
  const shift = tf.div(tf.sub(from.location, to.location), to.scale);
  const squares = tf.mul(tf.add(tf.square(ratio), tf.square(shift)), 0.5);
  return tf.sub(tf.sub(squares, tf.log(ratio)), 0.5);
}

/** The log-normal distribution: z = e^x, x normal with `location` and `scale` (of x, not of z). */
export const logNormal: ContinuousDistribution = {
  id: 'log-normal',
  label: 'Log-normal',
  parameters: { location: 'real', scale: 'positive' },
  sample: (parameters, key) => tf.exp(normal.sample(parameters, key)),
  logProb(parameters, z) {
    const x = tf.log(z);
    return tf.sub(normal.logProb(parameters, x), tf.sum(x, 1));
  },
  entropy: (parameters) => tf.add(normal.entropy(parameters), tf.sum(matrix(parameters, 'location'), 1)),
  // A change of variables leaves the divergence as it is.
  ...(normal.kl === undefined ? {} : { kl: normal.kl.bind(normal) }),
};
