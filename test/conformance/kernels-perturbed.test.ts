/** Logits with noise in one kernel, and straight-through in one node: the bits of their operations one by one. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { Choice } from '../../src/engine/core/choice.ts';
import { replaceForward } from '../../src/engine/core/gradient-flow.ts';
import { perturbedLogProbabilities } from '../../src/engine/estimators/parts/conditional-noise.ts';
import { perturbed, relaxationNoise } from '../../src/engine/estimators/parts/choice-maths.ts';
import { scaledSoftmax, straightThroughSoftmax } from '../../src/engine/kernels/scaled-softmax.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { normal } from '../../src/engine/random/noise.ts';
import { onBothBackends } from '../support/both-backends.ts';

const key = rootKey(31);
const shapes: [number, number, number][] = [
  [4, 1, 3],
  [2, 1, 4],
  [3, 2, 5],
  [1, 1, 9],
  [17, 1, 513],
];
const logitsOf = (shape: [number, number, number], scale: number): tf.Tensor3D =>
  tf.mul(normal<tf.Rank.R3>(fold(key, 'logits'), shape), scale);

describe.each(shapes)('[%i, %i, %i]', (...shape) => {
  test.each([1, 900, 5000])('logits of %i with the noise of a key', async (scale) => {
    const compute = (ofKey: boolean) => (): Tensor[] => {
      const logits = logitsOf(shape, scale);
      const choice: Choice = { kind: 'categorical', logits };
      const noise = ofKey ? fold(key, 'noise') : relaxationNoise(choice, fold(key, 'noise'));
      const of = (x: Tensor) => perturbed({ kind: 'categorical', logits: x as tf.Tensor3D }, noise).logits;
      const dy = normal<tf.Rank.R3>(fold(key, 'dy'), shape);
      return [of(logits), tf.grad(of)(logits, dy), perturbedLogProbabilities(choice, noise)];
    };
    expect(await onBothBackends(compute(true))).toEqual(await onBothBackends(compute(false)));
  });

  test.each([1, 10])('straight-through softmax at scale %i', async (scale) => {
    const compute = (straightThrough: (x: Tensor) => Tensor) => (): Tensor[] => {
      const [x, dy] = [logitsOf(shape, 2), normal<tf.Rank.R3>(fold(key, 'dy'), shape)];
      const slope = (at: Tensor) => tf.grad(straightThrough)(at, dy);
      const curvature = tf.grad((at: Tensor) => tf.sum(tf.square(slope(at))))(x);
      return [straightThrough(x), slope(x), curvature];
    };
    const oneNode = (x: Tensor) => straightThroughSoftmax(x, scale);
    const several = (x: Tensor) =>
      replaceForward(scaledSoftmax(x, scale), tf.oneHot(tf.argMax(x, -1), shape[2], 1, 0, 'float32'));
    expect(await onBothBackends(compute(oneNode))).toEqual(await onBothBackends(compute(several)));
  });
});
