/** Softmax on the current backend against double precision, and our wasm kernel's rows, edges and subnormal numbers. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { scaledSoftmax } from '../../src/engine/kernels/scaled-softmax.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { normal } from '../../src/engine/random/noise.ts';

const key = rootKey(13);

function exact(row: readonly number[], scale: number): number[] {
  const top = Math.max(...row);
  const weights = row.map((x) => Math.exp((x - top) * scale));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

const perRow = (values: ArrayLike<number>, columns: number): number[][] =>
  Array.from({ length: values.length / columns }, (_, row) =>
    Array.from(values).slice(row * columns, (row + 1) * columns),
  );

// Rows below, around and above one, two, and four vectors of 4 lanes; short ones go four at a time.
const sizes = [1, 2, 3].flatMap((columns) => [1, 3, 4, 6].map((count) => [count, columns] as const));
sizes.push(...[4, 5, 6, 7, 8, 9, 16, 22, 35, 513].map((columns) => [3, columns] as const));

describe.each(sizes)('%i rows of %i', (count, columns) => {
  test.each([1, 0.01, 30])('scale %d: values and gradient', (scale) => {
    tf.tidy(() => {
      const x = tf.mul(normal(fold(key, columns), [count, columns]), 2);
      const rows = perRow(x.dataSync(), columns).map((row) => exact(row, scale));
      const tolerance = { absolute: 2e-7, relative: 1e-5 };
      expect(scaledSoftmax(x, scale).dataSync()).toBeAllClose(rows.flat(), tolerance);
      const weights = normal(fold(key, 'weights'), [count, columns]);
      const gradient = tf.grad((t: Tensor) => tf.sum(tf.mul(scaledSoftmax(t, scale), weights)))(x);
      const expected = perRow(weights.dataSync(), columns).map((dy, row) => {
        const mean = dy.reduce((sum, slope, i) => sum + slope * rows[row]![i]!, 0);
        return dy.map((slope, i) => scale * rows[row]![i]! * (slope - mean));
      });
      expect(gradient.dataSync()).toBeAllClose(expected.flat(), {
        absolute: 1e-6 * Math.max(1, scale),
        relative: 1e-5,
      });
    });
  });
});

describe('rows with', () => {
  const softmaxOf = (row: number[]): number[] => tf.tidy(() => [...tf.softmax(tf.tensor1d(row)).dataSync()]);

  test.each([
    ['equal numbers', [3, 3, 3, 3, 3], [0.2, 0.2, 0.2, 0.2, 0.2]],
    ['masked values', [-Infinity, 0, -Infinity, 0, -Infinity], [0, 0.5, 0, 0.5, 0]],
    ['one value left', [-Infinity, -Infinity, -Infinity, -Infinity, 7], [0, 0, 0, 0, 1]],
    ['huge numbers', [1e30, -1e30, 3e38, 0, 3e38], [0, 0, 0.5, 0, 0.5]],
  ])('%s', (_name, row, expected) => {
    expect(softmaxOf(row)).toBeAllClose(expected, { absolute: 1e-7 });
  });

  // A failed training run must be seen, not be hidden as zeros.
  test.each([
    ['NaN first', [Number.NaN, 0, 1, 2, 3]],
    ['NaN last', [0, 1, 2, 3, Number.NaN]],
    ['nothing but -inf', [-Infinity, -Infinity, -Infinity, -Infinity, -Infinity]],
    ['NaN in a short row', [0, Number.NaN]],
    ['NaN first in a short row', [Number.NaN, 0, 1]],
  ])('%s are NaN throughout', (_name, row) => {
    expect(softmaxOf(row)).toEqual(row.map(() => Number.NaN));
  });
});

test('probabilities that only a float32 could lose stay, on wasm no smaller ones do', () => {
  const wasm = tf.getBackend() === 'wasm';
  tf.tidy(() => {
    const steps = Array.from({ length: 200 }, (_, i) => -i / 2);
    const p = [...tf.softmax(tf.tensor1d(steps)).dataSync()];
    for (const [i, x] of steps.entries()) {
      if (x > -43.6) expect(p[i]! / exact(steps, 1)[i]!).toBeCloseTo(1, 5);
      else if (wasm) expect(p[i]).toBe(0);
    }
  });
});
