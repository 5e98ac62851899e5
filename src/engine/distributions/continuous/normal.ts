/** The normal (Gaussian) distribution: z = location + scale x, x standard normal, coordinates independent. */
import * as tf from '@tensorflow/tfjs-core';
import { normal as standardNormal } from '../../random/noise.ts';
import { locationScale, type LocationScale } from './location-scale.ts';

export const HALF_LOG_2PI = Math.log(2 * Math.PI) / 2;

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
