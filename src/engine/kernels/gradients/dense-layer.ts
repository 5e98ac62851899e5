import type { GradConfig } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { DENSE_LAYER } from '../dense-layer.ts';
import { reluGradient } from '../activation-gradients.ts';

/** The gradients of y = x W + b, or of its positive part: with dz that for the sums, dx = dz W', dW = x' dz, db = sum dz. */
export const denseLayerGradient: GradConfig = {
  kernelName: DENSE_LAYER,
  inputsToSave: ['x', 'weights'],
  outputsToSave: [true],
  gradFunc: (dy, saved, attrs) => {
    const [x, weights, y] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
    // y is positive where the sums are; a further derivative finds a slope of 0 there, so that it may come from the saved output.
    const dz = attrs['relu'] === true ? reluGradient(dy as tf.Tensor, y) : (dy as tf.Tensor2D);
    return {
      x: () => tf.matMul(dz, weights, false, true),
      weights: () => tf.matMul(x, dz, true, false),
      biases: () => tf.sum(dz, 0),
    };
  },
};
