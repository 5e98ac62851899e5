/** Softmax at a temperature in one pass forward and one backward, where the backend has our kernels. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { isRecorded } from './gradients/recorded.ts';

/** Names of the kernels: logits -> y, and dy, y -> the gradient for the logits; both with the attribute `scale`. */
export const SCALED_SOFTMAX = 'GumbelStudioScaledSoftmax';
export const SOFTMAX_GRADIENT = 'GumbelStudioSoftmaxGradient';

/** softmax(scale x) on the last axis; scale > 0. */
export function scaledSoftmax(x: Tensor, scale: number): Tensor {
  return tf.customGrad((...args) => {
    const [logits, save] = args as [Tensor, tf.GradSaveFunc];
    const y = has(SCALED_SOFTMAX)
      ? tf.engine().runKernel<Tensor>(SCALED_SOFTMAX, { logits }, { scale })
      : tf.softmax(scale === 1 ? logits : tf.mul(logits, scale));
    save([logits, y]);
    return {
      value: y,
      // A second derivative has to run through the input: the tape loses the way to a saved output.
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        softmaxGradient(dy, isRecorded() ? scaledSoftmax(saved[0]!, scale) : saved[1]!, scale),
    };
  })(x);
}

/** The gradient for x, given dy for y = softmax(scale x) on the last axis. */
export function softmaxGradient(dy: Tensor, y: Tensor, scale: number): Tensor {
  // The kernel leaves no tape for a second derivative.
  if (has(SOFTMAX_GRADIENT) && !isRecorded())
    return tf.engine().runKernel<Tensor>(SOFTMAX_GRADIENT, { dy, y }, { scale });
  const slope = tf.mul(tf.sub(dy, tf.sum(tf.mul(dy, y), -1, true)), y);
  return scale === 1 ? slope : tf.mul(slope, scale);
}

function has(kernelName: string): boolean {
  const kernel: unknown = tf.getKernel(kernelName, tf.getBackend());
  return kernel !== undefined;
}
