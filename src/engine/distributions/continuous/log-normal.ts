/** The log-normal distribution: z = e^x, x normal with `location` and `scale` (of x, not of z). */
import * as tf from '@tensorflow/tfjs-core';
import { matrix, type ContinuousDistribution } from '../../core/distribution.ts';
import { normal } from './normal.ts';

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
