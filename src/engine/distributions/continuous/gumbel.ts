/** The Gumbel distribution (of maxima): z = location + scale x, x = -log(-log u). */
import * as tf from '@tensorflow/tfjs-core';
import { gumbel as standardGumbel } from '../../random/noise.ts';
import { logGamma } from './gamma-functions.ts';
import { locationScale } from './location-scale.ts';

const EULER = 0.5772156649015329;

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
