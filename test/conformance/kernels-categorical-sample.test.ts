/** Categorical samples in one kernel, and the largest number of each row: the bits of the operations that they replace. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { categoricalSample } from '../../src/engine/kernels/categorical-sample.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { normal, uniform } from '../../src/engine/random/noise.ts';
import { onBothBackends } from '../support/both-backends.ts';
import { useTestBackend } from '../support/use-backend.ts';

const key = rootKey(51);

describe.each<[number, number, number]>([
  [1, 1, 5],
  [4, 1, 2],
  [5, 1, 4],
  [3, 2, 7],
  [130, 1, 513],
])('[%i, %i, %i]', (...shape) => {
  const [rows, latents, classes] = shape;
  const draw = (): { p: Tensor; uniforms: Tensor } => ({
    p: tf.softmax(tf.mul(normal<tf.Rank.R3>(fold(key, 'logits'), shape), 3)),
    uniforms: uniform<tf.Rank.R3>(fold(key, 'uniforms'), [rows, latents, 1]),
  });

  test('is the value at which the cumulative sums pass the uniform', async () => {
    await useTestBackend('wasm');
    tf.tidy(() => {
      const { p, uniforms } = draw();
      const cumulative = tf.cumsum(p, 2);
      const level = tf.mul(uniforms, tf.max(cumulative, 2, true));
      const places = tf.sum(tf.cast(tf.lessEqual(cumulative, level), 'int32'), 2);
      const expected = tf.oneHot(places, classes, 1, 0, 'float32');
      const sample = categoricalSample(p, uniforms);
      expect(sample.shape).toEqual(shape);
      expect(sample.dataSync()).toEqual(expected.dataSync());
    });
  });

  test('a value of probability 0 is never drawn', async () => {
    await useTestBackend('wasm');
    tf.tidy(() => {
      const { p, uniforms } = draw();
      const masked = tf.mul(p, tf.tensor1d(Array.from({ length: classes }, (_, k) => k % 2)));
      const sample = categoricalSample(masked, uniforms);
      expect(tf.sum(tf.mul(sample, tf.cast(tf.equal(masked, 0), 'float32'))).dataSync()[0]).toBe(0);
      expect(tf.sum(sample).dataSync()[0]).toBe(rows * latents);
    });
  });

  test('the largest of each row, NaN where there is one', async () => {
    const compute = (): Tensor[] => {
      const x = normal<tf.Rank.R3>(fold(key, 'x'), shape);
      const strange = tf.where(tf.greater(x, 2), tf.fill(shape, NaN), x);
      return [tf.max(x, 2), tf.max(x, -1, true), tf.max(strange, 2), tf.max(tf.neg(x), [2])];
    };
    const { cpu, other } = await onBothBackends(compute);
    expect(other).toEqual(cpu);
  });
});
