/** The gradient of relu in one pass, where the backend has our kernel. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { isRecorded } from './gradients/recorded.ts';

/** Name of the kernel: dy, x -> the gradient for x. */
export const RELU_GRADIENT = 'GumbelStudioReluGradient';

/** Fewer numbers than a vector has are left to the backend's own operations. */
const FEWEST = 4;

/** dy where x > 0. */
export function reluGradient(dy: Tensor, x: Tensor): Tensor {
  const kernel: unknown = tf.getKernel(RELU_GRADIENT, tf.getBackend());
  // The kernel leaves no tape for a second derivative.
  if (kernel === undefined || isRecorded() || x.size < FEWEST || dy.dtype !== 'float32')
    return tf.mul(dy, tf.step(x));
  return tf.engine().runKernel<Tensor>(RELU_GRADIENT, { dy, x });
}
