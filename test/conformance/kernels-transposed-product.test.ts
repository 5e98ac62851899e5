/** Products with a transposed right operand of few columns or terms: the bits of the backend's own kernel, which sums blocks of terms. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { normal } from '../../src/engine/random/noise.ts';
import { useTestBackend } from '../support/use-backend.ts';

const key = rootKey(59);

test.each<[n: number, k: number, m: number]>([
  [512, 100, 4],
  [9, 48, 3],
  [4, 49, 1],
  [31, 97, 7],
  [5, 3, 6],
  [64, 2, 128],
  [7, 1, 9],
  [6, 3, 13],
])('[%i, %i] times the transpose of [., %i columns]', async (n, k, m) => {
  await useTestBackend('wasm');
  const bits = (x: tf.Tensor): number[] => [...new Int32Array(x.dataSync<'float32'>().slice().buffer)];
  tf.tidy(() => {
    const a = normal<tf.Rank.R2>(fold(key, 'a'), [n, k]);
    const b = normal<tf.Rank.R2>(fold(key, 'b'), [m, k]);
    // Two different right operands in one batch are left to the backend's own kernel.
    const own = tf.matMul(tf.stack([a, a]), tf.stack([b, b]), false, true);
    expect(bits(tf.matMul(a, b, false, true))).toEqual(bits(tf.slice(own, 0, 1)));
    expect(bits(tf.reshape(tf.matMul(tf.stack([a, tf.neg(a)]), b, false, true), [2 * n, m]))).toEqual(
      bits(tf.matMul(tf.concat([a, tf.neg(a)]), b, false, true)),
    );
  });
});
