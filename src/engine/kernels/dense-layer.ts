/** A fully connected layer as one node of the tape, where the backend has our kernel: product, biases and relu in one kernel. */
import * as tf from '@tensorflow/tfjs-core';

/** Name of the kernel: x, weights, biases -> y, with the attribute `relu`. Its gradient: `gradients/dense-layer.ts`. */
export const DENSE_LAYER = 'GumbelStudioDenseLayer';

/**
 * x W + b, [B, out]; with `relu`, its positive part. Differentiable as often as wanted.
 * @param x [B, in]
 * @param weights W, [in, out]
 * @param biases b, [out]
 */
export function denseLayer(
  x: tf.Tensor2D,
  weights: tf.Tensor2D,
  biases: tf.Tensor1D,
  relu: boolean,
): tf.Tensor2D {
  const kernel: unknown = tf.getKernel(DENSE_LAYER, tf.getBackend());
  if (kernel !== undefined)
    return tf.engine().runKernel<tf.Tensor2D>(DENSE_LAYER, { x, weights, biases }, { relu });
  const sums = tf.add<tf.Tensor2D>(tf.matMul(x, weights), biases);
  return relu ? tf.relu(sums) : sums;
}
