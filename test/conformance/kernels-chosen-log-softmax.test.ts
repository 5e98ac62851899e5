/** The log-probability of a row's chosen class on the current backend, with its first and second derivatives, against double precision. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { chosenLogSoftmax } from '../../src/engine/kernels/chosen-log-softmax.ts';
import { randomIntegers } from '../../src/engine/random/fill.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { normal } from '../../src/engine/random/noise.ts';

const key = rootKey(23);

function softmaxOf(row: readonly number[], scale: number): number[] {
  const top = Math.max(...row);
  const weights = row.map((x) => Math.exp((x - top) * scale));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

describe.each([1, 2, 3, 4, 7, 65])('rows of %i', (columns) => {
  test.each([1, 0.05, 20])('scale %d: values, gradient and its derivative', (scale) => {
    tf.tidy(() => {
      const count = 5;
      const x = normal<tf.Rank.R2>(fold(key, columns), [count, columns]);
      const labels = randomIntegers(fold(key, 'chosen'), count, columns);
      const weights = normal<tf.Rank.R1>(fold(key, 'weights'), [count]);
      const directions = normal<tf.Rank.R2>(fold(key, 'directions'), [count, columns]);
      const rows = x.arraySync().map((row) => softmaxOf(row, scale));
      const value = (t: tf.Tensor2D) => chosenLogSoftmax(t, tf.tensor1d(labels, 'int32'), scale);

      const logs = rows.map((row, b) => Math.log(row[labels[b]!]!));
      expect(value(x).dataSync()).toBeAllClose(logs, { absolute: 1e-6, relative: 1e-5 });

      const gradient = (t: tf.Tensor2D): tf.Tensor2D =>
        tf.grad((u: tf.Tensor) => tf.sum(tf.mul(value(u as tf.Tensor2D), weights)))(t) as tf.Tensor2D;
      const dy = weights.dataSync();
      const slopes = rows.map((row, b) =>
        row.map((share, i) => dy[b]! * scale * (Number(i === labels[b]) - share)),
      );
      const tolerance = { absolute: 2e-6 * Math.max(1, scale), relative: 1e-5 };
      expect(gradient(x).dataSync()).toBeAllClose(slopes.flat(), tolerance);

      // Of <gradient, directions>: minus the weight, times scale squared, times the covariance of the directions.
      const twice = tf.grad((t: tf.Tensor) => tf.sum(tf.mul(gradient(t as tf.Tensor2D), directions)))(x);
      const lines = directions.arraySync();
      const expected = rows.map((row, b) => {
        const mean = row.reduce((sum, share, i) => sum + share * lines[b]![i]!, 0);
        return row.map((share, i) => -dy[b]! * scale ** 2 * share * (lines[b]![i]! - mean));
      });
      expect(twice.dataSync()).toBeAllClose(expected.flat(), {
        absolute: 2e-6 * Math.max(1, scale ** 2),
        relative: 1e-4,
      });
    });
  });
});

test('a class of no weight that a number can hold has a log all the same', () => {
  tf.tidy(() => {
    const x = tf.tensor2d([
      [0, -300, 0, 0],
      [0, 5000, 0, 0],
    ]);
    const logs = chosenLogSoftmax(x, tf.tensor1d([1, 2], 'int32')).dataSync();
    expect(logs).toBeAllClose([-300 - Math.log(3), -5000], { absolute: 1e-3 });
  });
});

test('what is no number stays seen', () => {
  tf.tidy(() => {
    const x = tf.tensor2d([
      [Number.NaN, 1, 2, 3],
      [0, 1, Number.NaN, 3],
    ]);
    expect([...chosenLogSoftmax(x, tf.tensor1d([1, 1], 'int32')).dataSync()]).toEqual([NaN, NaN]);
  });
});
