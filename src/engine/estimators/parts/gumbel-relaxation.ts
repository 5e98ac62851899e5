/** The maths of Gumbel-Softmax for given noise, soft and straight-through. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Choice } from '../../core/choice.ts';
import { replaceForward } from '../../core/gradient-flow.ts';
import { mode, perturbed, probabilities } from './choice-maths.ts';

/**
 * @param noise standard Gumbel (bits: logistic), like the logits
 * @param forward where f is evaluated and differentiated: at the relaxed sample, or at the hard one it leans to (the
 *   gradient then goes on through the relaxed sample)
 */
export function relaxedPoint(
  choice: Choice,
  noise: tf.Tensor,
  temperature: number,
  forward: 'soft' | 'hard',
): tf.Tensor {
  const noisy = perturbed(choice, noise);
  const soft = probabilities(noisy, temperature);
  return forward === 'soft' ? soft : replaceForward(soft, mode(noisy));
}
