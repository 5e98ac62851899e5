/** Our wasm kernels that move, join, repeat and sum numbers, against the cpu backend. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { normal } from '../../src/engine/random/noise.ts';
import { onBothBackends } from '../support/both-backends.ts';
import { comparedBackend, useTestBackend } from '../support/use-backend.ts';

const key = rootKey(9);
const x = (...shape: number[]): Tensor => normal(fold(key, shape.join()), shape);
const integers = (...shape: number[]): Tensor => tf.cast(tf.mul(x(...shape), 10), 'int32');
const flags = (...shape: number[]): Tensor => tf.greater(x(...shape), 0);

beforeEach(async () => {
  await useTestBackend(comparedBackend);
});

const cases: Record<string, [name: string, compute: () => Tensor | Tensor[]][]> = {
  transpose: [
    ['4 x 4', () => tf.transpose(x(4, 4))],
    ['blocks that overlap', () => tf.transpose(x(5, 7))],
    ['the last two sides', () => tf.transpose(x(2, 3, 6, 9), [0, 1, 3, 2])],
    ['a side below 4', () => tf.transpose(x(3, 9))],
    ['a side of 1', () => tf.transpose(x(5, 1))],
    ['other axes', () => tf.transpose(x(4, 5, 6), [2, 0, 1])],
    ['no change', () => tf.transpose(x(4, 5), [0, 1])],
    ['integers', () => tf.transpose(integers(5, 6))],
  ],
  slice: [
    ['rows', () => tf.slice(x(5, 4), [1, 0], [3, 4])],
    ['columns', () => tf.slice(x(5, 4), [0, 1], [5, 2])],
    ['to the end', () => tf.slice(x(5, 4), [2, 1], [-1, -1])],
    ['of one side', () => tf.slice(x(9), [3], [4])],
    ['of four sides', () => tf.slice(x(3, 4, 2, 5), [1, 0, 1, 2], [2, 3, 1, 2])],
    ['with inner sides in full', () => tf.slice(x(3, 4, 2, 5), [0, 1, 0, 0], [2, 2, 2, 5])],
    ['all', () => tf.slice(x(3, 4), [0, 0], [3, 4])],
    ['nothing', () => tf.slice(x(3, 4), [1, 0], [0, 4])],
    ['integers', () => tf.slice(integers(4, 4), [1, 1], [2, 3])],
    ['flags', () => tf.slice(flags(4, 4), [1, 1], [2, 3])],
  ],
  split: [
    ['into equal parts', () => tf.split(x(4, 6), 3, 1)],
    ['into unequal parts', () => tf.split(x(5, 3), [1, 4], 0)],
    ['along a negative axis', () => tf.split(x(2, 3, 4), [1, 3], -1)],
    ['along the last axis, unequal parts', () => tf.split(x(3, 1, 14), [1, 13], 2)],
    ['with nothing in one part', () => tf.split(x(3, 5), [0, 5], 1)],
    ['of flags', () => tf.split(flags(4, 2), 2)],
  ],
  concat: [
    ['along the last axis', () => tf.concat([x(5, 1), x(5, 9), x(5, 4)], 1)],
    ['along the first axis', () => tf.concat([x(2, 7), x(3, 7)], 0)],
    ['along an inner axis', () => tf.concat([x(2, 1, 3), x(2, 2, 3)], -2)],
    ['of one side', () => tf.concat([x(1), x(6)])],
    ['with nothing in one of them', () => tf.concat([x(3, 0), x(3, 5), x(3, 2)], 1)],
    ['of one tensor', () => tf.concat([x(3, 2)], 1)],
    ['of integers', () => tf.concat([integers(3, 2), integers(3, 5)], 1)],
    ['of flags', () => tf.concat([flags(3, 2), flags(3, 5)], 1)],
  ],
  tile: [
    ['a scalar', () => tf.broadcastTo(x(), [3, 4])],
    ['a column', () => tf.broadcastTo(x(5, 1), [5, 7])],
    ['a row', () => tf.broadcastTo(x(7), [5, 7])],
    ['an inner side', () => tf.broadcastTo(x(3, 1, 2), [3, 4, 2])],
    ['every side', () => tf.tile(x(2, 3, 2), [3, 2, 4])],
    ['once', () => tf.tile(x(2, 3), [1, 1])],
    ['five times', () => tf.tile(x(3), [5])],
    ['never', () => tf.tile(x(3), [0])],
    ['integers', () => tf.tile(integers(2, 1), [2, 3])],
    ['flags', () => tf.tile(flags(2, 2), [2, 3])],
  ],
  sum: [
    ['over rows', () => tf.sum(x(9, 20), 0)],
    ['over rows of 16', () => tf.sum(x(3, 16), 0)],
    ['over rows of 33, kept', () => tf.sum(x(5, 33), 0, true)],
    ['over two leading axes', () => tf.sum(x(2, 3, 5, 4), [0, 1])],
    ['over all sides of images but the channels', () => tf.sum(x(2, 13, 15, 8), [0, 1, 2])],
    ['over few small images', () => tf.sum(x(1, 2, 1, 5), [0, 1, 2])],
    ['over images, with 7 channels, kept', () => tf.sum(x(3, 19, 9, 7), [0, 1, 2], true)],
    ['over narrow rows', () => tf.sum(x(9, 5), 0)],
    ['over columns', () => tf.sum(x(9, 20), 1)],
    ['over columns, no multiple of four of them, kept', () => tf.sum(x(5, 7), -1, true)],
    ['over four columns', () => tf.sum(x(9, 4), 1)],
    ['over three columns', () => tf.sum(x(9, 3), 1)],
    ['over the last axis past a side of 1', () => tf.sum(x(6, 1, 513), 2, true)],
    ['over two last axes', () => tf.sum(x(5, 3, 6), [1, 2])],
    ['over outer and inner axes', () => tf.sum(x(4, 20, 3), [0, 2])],
    ['over a side of 1', () => tf.sum(x(9, 1, 20), 1)],
    ['over rows and a side of 1', () => tf.sum(x(9, 1, 1, 20), [0, 2])],
    ['over leading sides past one of 1', () => tf.sum(x(1, 6, 17), 1, true)],
    ['over everything', () => tf.sum(x(9, 20))],
    ['over nothing', () => tf.sum(x(0, 20), 0)],
    ['of integers', () => tf.sum(integers(9, 20), 0)],
  ],
  oneHot: [
    ['of floats', () => tf.oneHot(tf.tensor1d([2, 0, 4], 'int32'), 5, 1, 0, 'float32')],
    ['with other values', () => tf.oneHot(tf.tensor2d([[1], [0]], [2, 1], 'int32'), 2, 3, -1, 'float32')],
    ['of indices outside', () => tf.oneHot(tf.tensor1d([-1, 3, 1], 'int32'), 3, 1, 0, 'float32')],
    ['of integers', () => tf.oneHot(tf.tensor1d([2, 0], 'int32'), 3)],
  ],
  argMax: [
    ['of rows', () => tf.argMax(x(6, 33), 1)],
    ['of short rows', () => tf.argMax(x(6, 3), 1)],
    ['along the first axis', () => tf.argMax(x(6, 9), 0)],
    ['of one side', () => tf.argMax(x(9))],
    [
      'in the last numbers',
      () =>
        tf.argMax(
          tf.tensor2d([
            [0, 1, 2, 3, 4, 5],
            [5, 4, 3, 2, 1, 6],
          ]),
          1,
        ),
    ],
    [
      'in ties: the first',
      () =>
        tf.argMax(
          tf.tensor2d([
            [1, 0, 3, 3, 3, 3, 3],
            [2, 2, 2, 2, 2, 2, 2],
          ]),
          1,
        ),
    ],
    [
      'of masked values',
      () => tf.argMax(tf.tensor1d([-Infinity, -Infinity, -Infinity, -Infinity, -9, -Infinity])),
    ],
    ['of nothing but -inf', () => tf.argMax(tf.fill([2, 7], -Infinity), 1)],
    ['of integers', () => tf.argMax(integers(3, 7), 1)],
  ],
  clone: [
    ['of floats', () => tf.clone(x(3, 4))],
    ['of a clone', () => tf.clone(tf.clone(integers(3)))],
  ],
};

describe.each(Object.entries(cases))('%s', (_kernel, variants) => {
  test.each(variants)('%s', async (_name, compute) => {
    const { cpu, other } = await onBothBackends(() => [compute()].flat());
    expect(other.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
      cpu.map(({ shape, dtype }) => ({ shape, dtype })),
    );
    // Only sums are rounded: of up to 513 numbers, in another order.
    for (const [i, { values }] of cpu.entries())
      expect(other[i]!.values).toBeAllClose(values, { absolute: 3e-5 });
  });
});

test('argMax passes over NaN', () => {
  tf.tidy(() => {
    const rows = tf.tensor2d([[Number.NaN, 1, 7, 2, Number.NaN], Array<number>(5).fill(Number.NaN)]);
    expect([...tf.argMax(rows, 1).dataSync()]).toEqual([2, 0]);
  });
});

describe('shared data', () => {
  test('a clone outlives its original, and its original it', () => {
    const original = tf.tensor1d([1, 2, 3]);
    const [first, second] = [tf.clone(original), tf.clone(original)];
    first.dispose();
    expect([...original.dataSync()]).toEqual([1, 2, 3]);
    original.dispose();
    // Memory that was freed too early would be used here.
    const other = tf.tensor1d([7, 7, 7]);
    expect([...second.dataSync()]).toEqual([1, 2, 3]);
    tf.dispose([second, other]);
  });

  test('a variable keeps its value when the tensor it was assigned is gone', () => {
    const variable = tf.variable(tf.tensor1d([0, 0]));
    const value = tf.tensor1d([1, 2]);
    variable.assign(tf.clone(value));
    value.dispose();
    expect([...variable.dataSync()]).toEqual([1, 2]);
    variable.dispose();
  });
});

test('no call leaves tensors or data behind', () => {
  const run = (): void => {
    for (const [, compute] of Object.values(cases).flat()) tf.tidy(() => void compute());
  };
  const counts = (): number[] => [tf.memory().numTensors, tf.engine().backend.numDataIds()];
  run();
  const before = counts();
  run();
  expect(counts()).toEqual(before);
});
