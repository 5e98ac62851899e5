/**
 * The two losses of the toy as tensors, and its inner step.
 * Source: Liu, Simonyan, Yang, "DARTS: Differentiable Architecture Search", ICLR 2019, figure 2 and section 2.3,
 * https://arxiv.org/abs/1806.09055.
 */
import * as tf from '@tensorflow/tfjs-core';

/** L_val(w, alpha) = alpha w - 2 alpha + 1. */
export function validationLoss(weight: tf.Tensor, alpha: tf.Tensor): tf.Scalar {
  return tf.add<tf.Scalar>(tf.mul(alpha, tf.sub(weight, 2)), 1);
}

/** One step of gradient descent on L_train(w, alpha) = w^2 - 2 alpha w + alpha^2 = (w - alpha)^2, of that size. */
export function innerStep(weight: tf.Tensor, alpha: tf.Tensor, size: number): tf.Scalar {
  return tf.sub<tf.Scalar>(weight, tf.mul(2 * size, tf.sub(weight, alpha)));
}

/**
 * alpha = w where nothing moves any more: w = alpha as the inner step leaves it, and there the slope of L_val(w'(alpha), alpha)
 * with w' = w - xi dL_train/dw is alpha - 2 + 2 xi alpha.
 */
export function fixedPoint(unroll: number): number {
  return 2 / (1 + 2 * unroll);
}
