/** Noise of a perturbed maximum, and the negative slope of its log density. */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice } from '../../core/choice.ts';
import type { Key } from '../../random/key.ts';
import { normal } from '../../random/noise.ts';
import { relaxationNoise } from './choice-maths.ts';

export type Perturbation = 'gumbel' | 'normal';

/** Z, like the logits: standard Gumbel (bits: logistic), or standard normal. */
export function perturbation(choice: Choice, kind: Perturbation, key: Key): tf.Tensor {
  return kind === 'gumbel' ? relaxationNoise(choice, key) : normal(key, choice.logits.shape);
}

/** grad nu(Z) for the density exp(-nu): Gumbel 1 - e^-Z, logistic tanh(Z / 2), normal Z. */
export function perturbationSlope(choice: Choice, kind: Perturbation, noise: tf.Tensor): tf.Tensor {
  if (kind === 'normal') return noise;
  if (choice.kind === 'bernoulli') return tf.tanh(tf.mul(noise, 0.5));
  return tf.sub(1, tf.exp(tf.neg(noise)));
}
