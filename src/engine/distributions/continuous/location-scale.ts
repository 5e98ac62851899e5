/** The distributions of location + scale x, x standard: parameters `location` (real) and `scale` (positive), [B, D]. */
import * as tf from '@tensorflow/tfjs-core';
import type { Key } from '../../random/key.ts';
import { matrix, type ContinuousDistribution } from '../../core/distribution.ts';

interface Standard {
  readonly id: string;
  readonly label: string;
  /** Standard noise of that shape; constant to the gradient. */
  noise(key: Key, shape: [number, number]): tf.Tensor2D;
  /** log density of the standard distribution, elementwise. */
  logDensity(x: tf.Tensor2D): tf.Tensor2D;
  /** Entropy of the standard distribution, in nats. */
  readonly entropy: number;
  /** KL(from || to) a coordinate, [B, D]. */
  kl?(from: LocationScale, to: LocationScale): tf.Tensor2D;
}

export interface LocationScale {
  readonly location: tf.Tensor2D;
  readonly scale: tf.Tensor2D;
}

export function locationScale(standard: Standard): ContinuousDistribution {
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
