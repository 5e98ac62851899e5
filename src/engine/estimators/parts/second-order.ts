/** The maths of ReinMax for a given hard sample. */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice } from '../../core/choice.ts';
import { forwardPoint, throughSoft } from './hard-forward.ts';

/**
 * z, with (2 J((tempered + z) / 2) - J(p) / 2) grad f(z) as the gradient for the logits.
 * @param hard the sample z; all three tensors like z, detached
 */
export function secondOrderPoint(
  choice: Choice,
  hard: tf.Tensor,
  p: tf.Tensor,
  tempered: tf.Tensor,
): tf.Tensor {
  const { kind } = choice;
  return forwardPoint(choice, hard, [p, tempered, hard], (slope, saved) => {
    const [plain, other, sample] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
    const middle = tf.mul(tf.add(other, sample), 0.5);
    const towards = tf.mul(throughSoft(kind, middle, slope), 2);
    return tf.sub(towards, tf.mul(throughSoft(kind, plain, slope), 0.5));
  });
}
