/** The Cauchy distribution: z = location + scale x, x = tan(pi (u - 1/2)). It has no mean: E f must exist without one. */
import * as tf from '@tensorflow/tfjs-core';
import { uniform } from '../../random/noise.ts';
import { locationScale } from './location-scale.ts';

/** KL: Chyzak, Nielsen, "A closed-form formula for the Kullback-Leibler divergence between Cauchy distributions", 2019. */
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
