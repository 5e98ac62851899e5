/** A small network with one hidden layer: a learned baseline, or the free part of a control variate. */
import * as tf from '@tensorflow/tfjs-core';
import { fold, type Key } from '../../random/key.ts';
import { normal } from '../../random/noise.ts';
import type { EstimatorState } from '../../core/estimator.ts';

type Layer = 'hiddenWeights' | 'hiddenBias' | 'outputWeights' | 'outputBias';

/** Weights for `inputs` numbers per row. The output starts at 0 for every input. */
export function initNetwork(key: Key, inputs: number, hidden: number): Record<Layer, tf.Variable> {
  return tf.tidy(() => ({
    hiddenWeights: tf.variable(tf.mul(normal(fold(key, 'hidden'), [inputs, hidden]), 1 / Math.sqrt(inputs))),
    hiddenBias: tf.variable(tf.zeros([hidden])),
    outputWeights: tf.variable(tf.zeros([hidden, 1])),
    outputBias: tf.variable(tf.scalar(0)),
  }));
}

/** w . tanh(W x + v) + c of each row, [B]; x like z. */
export function network(state: EstimatorState, x: tf.Tensor): tf.Tensor1D {
  const { hiddenWeights, hiddenBias, outputWeights, outputBias } = state.parameters;
  const flat = tf.reshape(x, [x.shape[0], hiddenWeights!.shape[0]]);
  const hidden = tf.tanh(tf.add(tf.matMul(flat, hiddenWeights!), hiddenBias!));
  return tf.reshape(tf.add(tf.matMul(hidden, outputWeights!), outputBias!), [-1]);
}
