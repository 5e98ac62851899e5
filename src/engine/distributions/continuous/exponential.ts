/** The exponential distribution of `rate` (positive): z = -log(u) / rate, coordinates independent. */
import * as tf from '@tensorflow/tfjs-core';
import { detached } from '../../core/gradient-flow.ts';
import { uniform } from '../../random/noise.ts';
import { matrix, type ContinuousDistribution } from '../../core/distribution.ts';

export const exponential: ContinuousDistribution = {
  id: 'exponential',
  label: 'Exponential',
  parameters: { rate: 'positive' },
  sample(parameters, key) {
    const rate = matrix(parameters, 'rate');
    const noise = detached(() => tf.neg(tf.log(uniform<tf.Rank.R2>(key, rate.shape))));
    return tf.div(noise, rate);
  },
  logProb(parameters, z) {
    const rate = matrix(parameters, 'rate');
    return tf.sum(tf.sub(tf.log(rate), tf.mul(rate, z)), 1);
  },
  entropy: (parameters) => tf.sum(tf.sub(1, tf.log(matrix(parameters, 'rate'))), 1),
  // log(r1 / r2) + r2 / r1 - 1
  kl(from, to) {
    const ratio = tf.div(matrix(to, 'rate'), matrix(from, 'rate'));
    return tf.sum(tf.sub(tf.sub(ratio, tf.log(ratio)), 1), 1);
  },
};
