/** The maths of ReinMax for a given hard sample. */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice, Objective } from '../../core/choice.ts';
import type { Estimate } from '../../core/estimator.ts';
import { forwardEstimate, throughSoft } from './hard-forward.ts';

/**
 * (2 J((tempered + z) / 2) - J(p) / 2) grad f(z), from one evaluation of f.
 * @param hard the sample z; all three tensors like z, detached
 */
export function secondOrderEstimate(
  choice: Choice,
  objective: Objective,
  hard: tf.Tensor,
  p: tf.Tensor,
  tempered: tf.Tensor,
): Estimate {
  const { kind } = choice;
  return forwardEstimate(choice, objective, hard, [p, tempered, hard], (slope, saved) => {
    const [plain, other, sample] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
    const middle = tf.mul(tf.add(other, sample), 0.5);
    const towards = tf.mul(throughSoft(kind, middle, slope), 2);
    return tf.sub(towards, tf.mul(throughSoft(kind, plain, slope), 0.5));
  });
}
