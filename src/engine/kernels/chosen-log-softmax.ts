/** The log-probability of one class of each row, in one pass forward and one backward, where the backend has our kernels. */
import * as tf from '@tensorflow/tfjs-core';
import { isRecorded } from './gradients/recorded.ts';
import { scaledSoftmax } from './scaled-softmax.ts';

/**
 * Names of the kernels, both with the attribute `scale`: logits, chosen -> ln y at the chosen, and y; dy, y, chosen -> the gradient
 * for the logits.
 */
export const CHOSEN_LOG_SOFTMAX = 'GumbelStudioChosenLogSoftmax';
export const CHOSEN_LOG_SOFTMAX_GRADIENT = 'GumbelStudioChosenLogSoftmaxGradient';

/**
 * ln softmax(scale x)[chosen] of each row, in nats; differentiable in x as often as wanted.
 * @param x [B, C]
 * @param chosen int32, each of 0 .. C - 1, [B]
 * @param scale positive
 * @returns [B]
 */
export function chosenLogSoftmax(x: tf.Tensor2D, chosen: tf.Tensor1D, scale = 1): tf.Tensor1D {
  const kernel: unknown = tf.getKernel(CHOSEN_LOG_SOFTMAX, tf.getBackend());
  if (kernel === undefined) return plain(x, chosen, scale);
  return tf.customGrad<tf.Tensor1D>((...args) => {
    const [logits, save] = args as [tf.Tensor, tf.GradSaveFunc];
    const [value, y] = tf.engine().runKernel<tf.Tensor[]>(CHOSEN_LOG_SOFTMAX, { logits, chosen }, { scale });
    save([logits, y!, chosen]);
    return {
      value: value as tf.Tensor1D,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gradient(dy, saved, scale),
    };
  })(x);
}

function gradient(dy: tf.Tensor, saved: readonly tf.Tensor[], scale: number): tf.Tensor {
  const [x, y, chosen] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
  if (!isRecorded())
    return tf.engine().runKernel<tf.Tensor>(CHOSEN_LOG_SOFTMAX_GRADIENT, { dy, y, chosen }, { scale });
  // A further derivative runs through the input, as the tape loses the way to a saved output.
  const slopes = tf.sub(oneHot(chosen, x.shape[1]), scaledSoftmax(x, scale));
  return tf.mul(slopes, tf.expandDims(tf.mul(dy, scale), 1));
}

function plain(x: tf.Tensor2D, chosen: tf.Tensor1D, scale: number): tf.Tensor1D {
  // A constant to every gradient.
  const largest = tf.customGrad(() => ({ value: tf.max(x, 1, true), gradFunc: () => [] }))();
  const shifted = tf.sub(x, largest);
  const scaled = scale === 1 ? shifted : tf.mul(shifted, scale);
  return tf.sub(tf.sum(tf.mul(scaled, oneHot(chosen, x.shape[1])), 1), tf.log(tf.sum(tf.exp(scaled), 1)));
}

function oneHot(chosen: tf.Tensor1D, classes: number): tf.Tensor {
  // tf.oneHot refuses rows of one.
  if (classes === 1) return tf.ones([chosen.size, 1]);
  return tf.oneHot(chosen, classes, 1, 0, 'float32');
}
