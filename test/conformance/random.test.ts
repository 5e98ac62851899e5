/** Random tensors: the same bits on every backend, and laws and independence of streams, seeds fixed. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { permutation, randomIntegers } from '../../src/engine/random/fill.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import type { Key } from '../../src/engine/random/key.ts';
import { gumbel, logistic, normal, uniform } from '../../src/engine/random/noise.ts';

const key = rootKey(11);
const COUNT = 40_000;
/** Standard errors a mean may be off: two-sided failure rate 6e-7 each. */
const ERRORS = 5;

type Draw = (key: Key, shape: [number]) => tf.Tensor1D;

function numbers(draw: Draw, stream: Key, count = COUNT): Float32Array {
  return tf.tidy(() => draw(stream, [count]).dataSync<'float32'>());
}

function histogram(values: Iterable<number>, cells: number, cellOf: (value: number) => number): number[] {
  const counts = Array<number>(cells).fill(0);
  for (const value of values) counts[cellOf(value)]! += 1;
  return counts;
}

const flat = (cells: number): number[] => Array<number>(cells).fill(1 / cells);
const uniforms: Draw = (stream, shape) => uniform<tf.Rank.R1>(stream, shape);

describe('tensors of rootKey(1)', () => {
  // First two numbers, as bits; fill.test.ts says where they come from.
  test.each([
    ['uniform', uniform, [0x3df1f8c8, 0x3edcea42]],
    ['gumbel', gumbel, [0xbf42435a, 0x3e31df42]],
    ['logistic', logistic, [0xc000a4e4, 0xbe8d3a7a]],
    ['normal', normal, [0xbff06767, 0x3f5cd52e]],
  ] as const)('%s has the pinned bits, shape and type', (_name, draw, pinned) => {
    const tensor = draw(rootKey(1), [3, 5]);
    expect(tensor.shape).toEqual([3, 5]);
    expect(tensor.dtype).toBe('float32');
    const values = tensor.dataSync<'float32'>();
    expect([...new Uint32Array(values.buffer, values.byteOffset, 2)]).toEqual(pinned);
    tensor.dispose();
  });

  test('a later draw leaves an earlier tensor as it was', () => {
    tf.tidy(() => {
      const first = uniform(fold(key, 'first'), [100]);
      const before = [...first.dataSync()];
      uniform(fold(key, 'second'), [100]);
      expect([...first.dataSync()]).toEqual(before);
    });
  });
});

/** One number of each law turned into a uniform by its distribution function. */
const laws: [name: string, draw: Draw, toUniform: (x: number) => number, mean: number, variance: number][] = [
  ['uniform', uniforms, (x) => x, 0.5, 1 / 12],
  [
    'gumbel',
    (k, s) => gumbel<tf.Rank.R1>(k, s),
    (x) => Math.exp(-Math.exp(-x)),
    0.5772156649015329,
    Math.PI ** 2 / 6,
  ],
  ['logistic', (k, s) => logistic<tf.Rank.R1>(k, s), (x) => 1 / (1 + Math.exp(-x)), 0, Math.PI ** 2 / 3],
];

describe.each(laws)('%s', (name, draw, toUniform, mean, variance) => {
  const values = (): Float32Array => numbers(draw, fold(key, name));

  test('has its law in 50 cells of equal probability', () => {
    expect(histogram(values(), 50, (x) => Math.min(49, Math.floor(50 * toUniform(x))))).toFollow(flat(50));
  });

  test('has its mean and variance', () => {
    expect(values()).toHaveMean(mean, ERRORS);
    expect(values().map((x) => (x - mean) ** 2)).toHaveMean(variance, ERRORS);
  });
});

test('normal has the moments 0, 1, 0, 3 and the quartiles of the normal law', () => {
  const values = numbers((k, s) => normal<tf.Rank.R1>(k, s), fold(key, 'normal'));
  for (const [i, moment] of [0, 1, 0, 3].entries())
    expect(values.map((x) => x ** (i + 1))).toHaveMean(moment, ERRORS);
  const quartile = 0.6744897501960817;
  expect(histogram(values, 4, (x) => (x < -quartile ? 0 : x < 0 ? 1 : x < quartile ? 2 : 3))).toFollow(
    flat(4),
  );
});

describe('streams', () => {
  const pairs: [name: string, first: Key, second: Key][] = [
    ['two names', fold(key, 'gumbel'), fold(key, 'batch')],
    ['two steps', fold(key, 100), fold(key, 101)],
    ['a number and its name', fold(key, 7), fold(key, '7')],
    ['a key and its child', key, fold(key, 0)],
    ['two seeds', rootKey(1), rootKey(2)],
    ['seeds that differ in the high word', rootKey(1), rootKey(1 + 2 ** 32)],
  ];

  test.each(pairs)('of %s fill the unit square evenly and are uncorrelated', (_name, first, second) => {
    const [x, y] = [numbers(uniforms, first), numbers(uniforms, second)];
    const cell = (i: number): number => 8 * Math.floor(8 * x[i]!) + Math.floor(8 * y[i]!);
    expect(histogram(x.keys(), 64, cell)).toFollow(flat(64));
    expect(x.map((value, i) => (value - 0.5) * (y[i]! - 0.5))).toHaveMean(0, ERRORS);
  });

  test.each([1, 2, 8, 4096])('numbers %i apart within one are independent', (lag) => {
    const x = numbers(uniforms, fold(key, 'lag'));
    const cell = (i: number): number => 8 * Math.floor(8 * x[i]!) + Math.floor(8 * x[i + lag]!);
    expect(histogram(x.subarray(lag).keys(), 64, cell)).toFollow(flat(64));
  });

  test('the first numbers of a thousand consecutive steps are uniform and uncorrelated with the step', () => {
    const first = Float32Array.from({ length: 1000 }, (_, step) => numbers(uniforms, fold(key, step), 1)[0]!);
    expect(histogram(first, 10, (x) => Math.floor(10 * x))).toFollow(flat(10));
    expect(first.map((x, step) => (x - 0.5) * (step - 499.5))).toHaveMean(0, ERRORS);
  });
});

test('integers and permutations are uniform', () => {
  expect(histogram(randomIntegers(fold(key, 'integers'), COUNT, 12), 12, (i) => i)).toFollow(flat(12));
  const orders = Array.from({ length: 12_000 }, (_, i) => permutation(fold(fold(key, 'orders'), i), 4));
  const index = (order: Int32Array): number =>
    order[0]! * 6 +
    [1, 2, 3].reduce(
      (sum, i) => sum + order.slice(i + 1).filter((x) => x < order[i]!).length * [0, 2, 1, 0][i]!,
      0,
    );
  expect(histogram(orders.map(index), 24, (i) => i)).toFollow(flat(24));
});
