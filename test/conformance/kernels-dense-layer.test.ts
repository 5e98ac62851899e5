/** A fully connected layer in one node: the bits of its operations one by one, on either backend, gradients and their gradients too. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { denseLayer } from '../../src/engine/kernels/dense-layer.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { normal } from '../../src/engine/random/noise.ts';
import { onBothBackends } from '../support/both-backends.ts';

type Layer = typeof denseLayer;

const key = rootKey(77);
const separately: Layer = (x, weights, biases, relu) => {
  const sums = tf.add<tf.Tensor2D>(tf.matMul(x, weights), biases);
  return relu ? tf.relu(sums) : sums;
};

describe.each<[rows: number, inputs: number, outputs: number]>([
  [1, 1, 1],
  [5, 3, 2],
  [1, 6, 9],
  [7, 4, 6],
  [16, 20, 33],
])('[%i, %i] x [%i]', (rows, inputs, outputs) => {
  test.each([false, true])('relu: %s', async (relu) => {
    const compute = (layer: Layer) => (): Tensor[] => {
      const x = normal<tf.Rank.R2>(fold(key, 'x'), [rows, inputs]);
      const weights = normal<tf.Rank.R2>(fold(key, 'weights'), [inputs, outputs]);
      const biases = normal<tf.Rank.R1>(fold(key, 'biases'), [outputs]);
      const dy = normal<tf.Rank.R2>(fold(key, 'dy'), [rows, outputs]);
      const of = (...[a, b, c]: Tensor[]) =>
        layer(a as tf.Tensor2D, b as tf.Tensor2D, c as tf.Tensor1D, relu);
      const slopes = tf.grads(of)([x, weights, biases], dy);
      // The sums are linear in the biases, which have no further gradient.
      const curvature = tf.grads((...[a, b]: Tensor[]) =>
        tf.addN(
          tf
            .grads(of)([a!, b!, biases], dy)
            .map((slope) => tf.sum(tf.mul(slope, slope))),
        ),
      )([x, weights]);
      return [of(x, weights, biases), ...slopes, ...curvature];
    };
    const [one, several] = [
      await onBothBackends(compute(denseLayer)),
      await onBothBackends(compute(separately)),
    ];
    expect(one.other).toEqual(several.other);
    expect(one.cpu).toEqual(several.cpu);
  });
});
