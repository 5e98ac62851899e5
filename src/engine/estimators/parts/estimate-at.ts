/** One evaluation of f, differentiated through the point where it is evaluated. */
import * as tf from '@tensorflow/tfjs-core';
import type { Objective } from '../../core/choice.ts';
import type { Estimate } from '../../core/estimator.ts';
import { stopGradient } from '../../core/gradient-flow.ts';

/** @param point like z, with the gradient for the logits that the estimate wants */
export function estimateAt(point: tf.Tensor, objective: Objective): Estimate {
  const mean = tf.mean<tf.Scalar>(objective.evaluate(point));
  return { surrogate: mean, value: stopGradient(mean), evaluations: 1 };
}
