/** Where float32 ends, and ties: what training does to logits and probabilities when it goes to extremes. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import '../support/matchers.ts';
import { foundAdapter } from '../support/webgpu/find-adapter.ts';
import { useCpu, useWebgpu } from '../support/webgpu/webgpu-backend.ts';

const NUMBERS = [
  ...[0, -0, 1, -1, 0.5, -0.5, 2, -2, 1e-3, -1e-3, 1e-7, -1e-7, 1e-20, -1e-20, 30, -30, 80, -80],
  ...[1 - 2 ** -24, 1 + 2 ** -23, 0.7, 0.8, 1.2, 1.3, 1e-37, 1e30, -1e30, Infinity, -Infinity],
];
/** Beyond what is left to the processor. */
const x = Float32Array.from({ length: 1300 }, (_, i) => NUMBERS[i % NUMBERS.length]!);

const FUNCTIONS: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
  ...{ abs: tf.abs, neg: tf.neg, relu: tf.relu, sigmoid: tf.sigmoid, softplus: tf.softplus, tanh: tf.tanh },
  ...{ exp: tf.exp, expm1: tf.expm1, log: tf.log, log1p: tf.log1p, reciprocal: tf.reciprocal },
  ...{ sqrt: tf.sqrt, square: tf.square, floor: tf.floor, round: tf.round, step: tf.step },
  'maximum with 0': (given) => tf.maximum(given, 0),
  'minimum with 1': (given) => tf.minimum(given, 1),
  'greater than 0': (given) => tf.cast(tf.greater(given, 0), 'float32'),
  'where positive': (given) => tf.where(tf.greater(given, 0), given, tf.zerosLike(given)),
  'clipped to [0.1, 0.9]': (given) => tf.clipByValue(given, 0.1, 0.9),
};

async function onBoth(compute: () => tf.Tensor): Promise<{ cpu: number[]; webgpu: number[] }> {
  const read = async () => {
    const output = tf.tidy(compute);
    const values = Array.from(await output.data());
    output.dispose();
    return values;
  };
  await useCpu();
  const cpu = await read();
  await useWebgpu({ handOver: false });
  return { cpu, webgpu: await read() };
}

/** Below it float32 has fewer bits, and a GPU may take numbers for 0. */
const SUBNORMAL = 2 ** -126;

describe.skipIf(foundAdapter() === '')('special values on webgpu', () => {
  beforeAll(async () => {
    await useWebgpu({ handOver: false });
  }, 60_000);

  it.each(Object.entries(FUNCTIONS))('%s is that of cpu', async (_name, compute) => {
    const { cpu, webgpu } = await onBoth(() => compute(tf.tensor1d(x)));
    const far = cpu.flatMap((expected, i) => {
      const actual = webgpu[i]!;
      const isClose = Math.abs(actual - expected) <= 1e-5 * Math.abs(expected) + SUBNORMAL;
      return Object.is(expected, actual) || expected === actual || isClose
        ? []
        : [`f(${x[i]}) = ${actual}, expected ${expected}`];
    });
    expect([...new Set(far)]).toEqual([]);
  });

  it('the logarithm of a number too small for all of its bits', async () => {
    const tiny = Array.from({ length: 1100 }, (_, i) => 1e-38 / (1 + i));
    const { cpu, webgpu } = await onBoth(() => tf.log(tf.tensor1d(tiny)));
    expect(webgpu).toBeAllClose(cpu, { relative: 1e-5 });
  });

  it('whole numbers turned into float32 are so in the buffer: what reads it raw compiles', async () => {
    const whole = Array.from({ length: 1200 }, (_, i) => i % 17);
    const { cpu, webgpu } = await onBoth(() =>
      tf.transpose(tf.cast(tf.tensor3d(whole, [10, 12, 10], 'int32'), 'float32'), [1, 2, 0]),
    );
    expect(webgpu).toEqual(cpu);
  });

  it.each([
    ['small', 5],
    ['long', 300],
  ])('rows with ties: argMax takes the first of the largest (%s)', async (_name, columns) => {
    const tied = Float32Array.from({ length: 20 * columns }, (_, i) => (i * 7) % 3);
    const { cpu, webgpu } = await onBoth(() => tf.argMax(tf.tensor2d(tied, [20, columns]), 1));
    expect(webgpu).toEqual(cpu);
  });

  it('softmax of rows with logits that are infinite or far apart', async () => {
    const rows = [
      [0, -Infinity, 1, -Infinity],
      [1000, 0, -1000, 999],
      [-1e30, -1e30, 0, -1e30],
      [-2000, -2000, -2001, -2000],
    ];
    const many = Array.from({ length: 300 }, (_, i) => rows[i % rows.length]!);
    const { cpu, webgpu } = await onBoth(() => tf.softmax(tf.tensor2d(many)));
    expect(webgpu).toBeAllClose(cpu, { absolute: 1e-6, relative: 1e-5 });
  });

  it('the sum of more tensors than a shader has buffers', async () => {
    const terms = Array.from({ length: 40 }, (_, i) => Array.from({ length: 1100 }, (_each, j) => i + j));
    const { webgpu } = await onBoth(() => tf.addN(terms.map((term) => tf.tensor1d(term))));
    expect(webgpu).toEqual(Array.from({ length: 1100 }, (_, j) => 780 + 40 * j));
  });

  it.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])('cumulative sums of rows of several lengths (exclusive %s, reverse %s)', async (exclusive, reverse) => {
    for (const [rows, columns] of [
      [300, 4],
      [100, 37],
      [3, 1025],
    ] as const) {
      const given = Array.from({ length: rows * columns }, (_, i) => (i % 13) - 6);
      for (const axis of [0, 1]) {
        const sums = await onBoth(() =>
          tf.cumsum(tf.tensor2d(given, [rows, columns]), axis, exclusive, reverse),
        );
        expect(sums.webgpu).toEqual(sums.cpu);
      }
    }
  });
});
