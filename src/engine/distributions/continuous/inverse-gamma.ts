/**
 * The inverse gamma distribution of `shape` (alpha) and `scale` (beta), both positive: z = beta / x, x ~ Gamma(alpha, 1),
 * coordinates independent. The gradient for alpha is the implicit one, that for beta plain. E z exists for alpha > 1.
 */
import * as tf from '@tensorflow/tfjs-core';
import { matrix, type ContinuousDistribution, type Parameters } from '../../core/distribution.ts';
import { digamma, logGamma } from './gamma-functions.ts';
import { logGammaSample } from './log-gamma-sample.ts';

function read(parameters: Parameters): { alpha: tf.Tensor2D; beta: tf.Tensor2D } {
  return { alpha: matrix(parameters, 'shape'), beta: matrix(parameters, 'scale') };
}

export const inverseGamma: ContinuousDistribution = {
  id: 'inverse-gamma',
  label: 'Inverse gamma',
  parameters: { shape: 'positive', scale: 'positive' },
  sample(parameters, key) {
    const { alpha, beta } = read(parameters);
    return tf.mul(beta, tf.exp(tf.neg(logGammaSample(alpha, key))));
  },
  logProb(parameters, z) {
    const { alpha, beta } = read(parameters);
    const normaliser = tf.sub(tf.mul(alpha, tf.log(beta)), logGamma(alpha));
    const kernel = tf.add(tf.mul(tf.add(alpha, 1), tf.log(z)), tf.div(beta, z));
    return tf.sum(tf.sub(normaliser, kernel), 1);
  },
  entropy(parameters) {
    const { alpha, beta } = read(parameters);
    const rest = tf.sub(logGamma(alpha), tf.mul(tf.add(alpha, 1), digamma(alpha)));
    return tf.sum(tf.add(tf.add(alpha, tf.log(beta)), rest), 1);
  },
  // That of the gamma distributions of 1 / z.
  kl(from, to) {
    const [p, q] = [read(from), read(to)];
    const shapes = tf.add(
      tf.mul(tf.sub(p.alpha, q.alpha), digamma(p.alpha)),
      tf.sub(logGamma(q.alpha), logGamma(p.alpha)),
    );
    const ratio = tf.div(q.beta, p.beta);
    const scales = tf.sub(tf.mul(p.alpha, tf.sub(ratio, 1)), tf.mul(q.alpha, tf.log(ratio)));
    return tf.sum(tf.add(shapes, scales), 1);
  },
};
