import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** Sums a gradient over the sides along which an operand of `shape` was broadcast. */
export function reduceTo(gradient: Tensor, shape: number[]): Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, gradient.shape);
  const sum = axes.length === 0 ? gradient : tf.sum(gradient, axes);
  return tf.util.arraysEqual(sum.shape, shape) ? sum : tf.reshape(sum, shape);
}
