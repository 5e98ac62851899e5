/** Gradients of relu, of the sigmoid and of the hyperbolic tangent in one pass, where the backend has our kernels. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { isRecorded } from './gradients/recorded.ts';

/** Names of the kernels: dy, x -> the gradient for x; dy, y -> that for x of y = sigmoid(x), of y = tanh(x). */
export const RELU_GRADIENT = 'GumbelStudioReluGradient';
export const SIGMOID_GRADIENT = 'GumbelStudioSigmoidGradient';
export const TANH_GRADIENT = 'GumbelStudioTanhGradient';

/** Fewer numbers than a vector has are left to the backend's own operations. */
const FEWEST = 4;

/** dy where x > 0. */
export function reluGradient(dy: Tensor, x: Tensor): Tensor {
  if (!has(RELU_GRADIENT, dy, x)) return tf.mul(dy, tf.step(x));
  return tf.engine().runKernel<Tensor>(RELU_GRADIENT, { dy, x });
}

/** dy (y - y^2), the gradient for x of y = sigmoid(x). */
export function sigmoidGradient(dy: Tensor, y: Tensor): Tensor {
  if (!has(SIGMOID_GRADIENT, dy, y)) return tf.mul(dy, tf.sub(y, tf.square(y)));
  return tf.engine().runKernel<Tensor>(SIGMOID_GRADIENT, { dy, y });
}

/** dy (1 - y^2), the gradient for x of y = tanh(x). */
export function tanhGradient(dy: Tensor, y: Tensor): Tensor {
  if (!has(TANH_GRADIENT, dy, y)) return tf.mul(dy, tf.sub(1, tf.square(y)));
  return tf.engine().runKernel<Tensor>(TANH_GRADIENT, { dy, y });
}

/** Whether a kernel can take them; it leaves no tape for a second derivative. */
function has(kernelName: string, dy: Tensor, x: Tensor): boolean {
  const kernel: unknown = tf.getKernel(kernelName, tf.getBackend());
  return kernel !== undefined && !isRecorded() && x.size >= FEWEST && dy.dtype === 'float32';
}
