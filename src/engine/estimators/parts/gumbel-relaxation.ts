/** The maths of Gumbel-Softmax for given noise, soft and straight-through. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Choice, Objective } from '../../core/choice.ts';
import type { Estimate } from '../../core/estimator.ts';
import { replaceForward } from '../../core/gradient-flow.ts';
import { mode, perturbed, probabilities } from './choice-maths.ts';
import { estimateAt } from './estimate-at.ts';

/**
 * @param noise standard Gumbel (bits: logistic), like the logits
 * @param forward where f is evaluated and differentiated: at the relaxed sample, or at the hard one it leans to (the
 *   gradient then goes on through the relaxed sample)
 */
export function relaxedEstimate(
  choice: Choice,
  objective: Objective,
  noise: tf.Tensor,
  temperature: number,
  forward: 'soft' | 'hard',
): Estimate {
  const noisy = perturbed(choice, noise);
  const soft = probabilities(noisy, temperature);
  const point = forward === 'soft' ? soft : replaceForward(soft, mode(noisy));
  return estimateAt(point, objective);
}
