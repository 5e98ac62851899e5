/** The maths of Gumbel-Softmax, soft and straight-through. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Choice } from '../../core/choice.ts';

import { perturbed, probabilities, straightThrough, type Noise } from './choice-maths.ts';

/**
 * @param noise standard Gumbel, for bits standard logistic; or its key
 * @param forward where f is evaluated and differentiated: at the relaxed sample, or at the hard one it leans to (the
 *   gradient then goes on through the relaxed sample)
 */
export function relaxedPoint(
  choice: Choice,
  noise: Noise,
  temperature: number,
  forward: 'soft' | 'hard',
): tf.Tensor {
  const noisy = perturbed(choice, noise);
  return forward === 'soft' ? probabilities(noisy, temperature) : straightThrough(noisy, temperature);
}
