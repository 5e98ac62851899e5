/** The logistic distribution: z = location + scale x, x = log(u / (1 - u)). Its KL has no closed form. */
import * as tf from '@tensorflow/tfjs-core';
import { logistic as standardLogistic } from '../../random/noise.ts';
import { locationScale } from './location-scale.ts';

export const logistic = locationScale({
  id: 'logistic',
  label: 'Logistic',
  noise: standardLogistic,
  logDensity: (x) => tf.neg(tf.add(x, tf.mul(tf.softplus(tf.neg(x)), 2))),
  entropy: 2,
});
