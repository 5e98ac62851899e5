/** Losses of a classifier. */
import * as tf from '@tensorflow/tfjs-core';
import { stopGradient } from '../core/gradient-flow.ts';
import { chosenLogSoftmax } from '../kernels/chosen-log-softmax.ts';

/**
 * -log softmax(logits)[label] of each row, in nats.
 * @param logits [B, C]
 * @param labels [B], int32, each of 0 .. C - 1
 * @returns [B]
 */
export function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  return tf.neg(chosenLogSoftmax(logits, labels));
}

/**
 * KL(uniform || softmax(logits)) of each row, in nats: logsumexp - mean - ln C, 0 only where all logits are the same.
 * @param logits [B, C]
 * @returns [B]
 */
export function klFromUniform(logits: tf.Tensor2D): tf.Tensor1D {
  const shifted = tf.sub(logits, stopGradient(tf.max(logits, 1, true)));
  const spread = tf.sub(tf.log(tf.sum(tf.exp(shifted), 1)), tf.mean(shifted, 1));
  return tf.sub(spread, Math.log(logits.shape[1]));
}
