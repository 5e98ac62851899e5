/** The Laplace distribution: z = location + scale x, x the difference of two standard exponentials. */
import * as tf from '@tensorflow/tfjs-core';
import { fold } from '../../random/key.ts';
import { uniform } from '../../random/noise.ts';
import { locationScale } from './location-scale.ts';

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
