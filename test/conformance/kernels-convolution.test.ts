/** Convolutions, pooling and their gradients on wasm against the cpu backend. */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { normal } from '../../src/engine/random/noise.ts';
import { onBothBackends } from '../support/both-backends.ts';
import { comparedBackend, useTestBackend } from '../support/use-backend.ts';

const key = rootKey(23);
const filled = (name: string, shape: number[]): Tensor4D =>
  normal<tf.Rank.R4>(fold(key, name), shape as Sides);

type Sides = [number, number, number, number];
type Pad = 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;

interface Case {
  readonly x: Sides;
  readonly filter: Sides;
  readonly strides: number | [number, number];
  readonly pad: Pad;
}

const of = (x: Sides, filter: Sides, strides: number | [number, number], pad: Pad): Case => ({
  ...{ x, filter, strides },
  pad,
});

beforeEach(async () => {
  await useTestBackend(comparedBackend);
});

const explicit: Pad = [
  [0, 0],
  [2, 0],
  [1, 3],
  [0, 0],
];

/** Sums of up to 600 products of standard normal numbers, in another order. */
const rounding = { absolute: 5e-5 };

async function expectAlike(compute: () => Tensor[]): Promise<void> {
  const { cpu, other } = await onBothBackends(compute);
  expect(other.map(({ shape }) => shape)).toEqual(cpu.map(({ shape }) => shape));
  for (const [i, { values }] of cpu.entries()) expect(other[i]!.values).toBeAllClose(values, rounding);
}

const named = (cases: Case[]): [string, Case][] =>
  cases.map((c) => [
    `${JSON.stringify(c.x)} under ${JSON.stringify(c.filter)} by ${c.strides.toString()}, ${JSON.stringify(c.pad)}`,
    c,
  ]);

type Convolve = (x: Tensor4D, filter: Tensor4D, strides: number | [number, number], pad: Pad) => Tensor4D;

/** A convolution with the gradients for its images and its filter. */
function withGradients(convolve: Convolve, { x, filter, strides, pad }: Case): Tensor[] {
  const inputs = [filled('x', x), filled('filter', filter)];
  const f = (images: Tensor, weights: Tensor): Tensor =>
    convolve(images as Tensor4D, weights as Tensor4D, strides, pad);
  const y = f(inputs[0]!, inputs[1]!);
  return [y, ...tf.grads(f)(inputs, filled('dy', y.shape))];
}

describe('conv2d', () => {
  test.each(
    named([
      of([2, 7, 7, 1], [3, 3, 1, 8], 1, 'same'),
      of([2, 8, 5, 3], [3, 3, 3, 16], 1, 'valid'),
      // Channels below, between and no multiple of the columns of a product.
      of([2, 6, 6, 2], [3, 3, 2, 1], 1, 'same'),
      of([2, 6, 6, 5], [3, 2, 5, 3], 1, 'same'),
      of([2, 5, 5, 6], [2, 3, 6, 6], 1, 'same'),
      of([2, 5, 5, 4], [3, 3, 4, 21], 1, 'same'),
      // Strides, also wider than the filter.
      of([3, 8, 8, 4], [3, 3, 4, 8], 2, 'same'),
      of([3, 7, 9, 2], [3, 3, 2, 8], 2, 'valid'),
      of([2, 9, 8, 4], [5, 3, 4, 3], [2, 3], 'same'),
      of([2, 7, 7, 2], [1, 1, 2, 4], 3, 'valid'),
      of([2, 7, 7, 3], [2, 2, 3, 4], 4, 1),
      // Padding by number, by side, and more of it than the filter is high.
      of([2, 5, 6, 2], [3, 3, 2, 4], 1, 2),
      of([2, 5, 6, 2], [2, 3, 2, 8], 2, 1),
      of([2, 5, 6, 2], [2, 2, 2, 8], 1, explicit),
      of([1, 3, 3, 1], [1, 1, 1, 2], 1, 2),
      // One pixel, one image, one row; a batch of small images that no group divides.
      of([1, 1, 1, 1], [1, 1, 1, 1], 1, 'valid'),
      of([65, 1, 1, 3], [1, 1, 3, 20], 1, 'valid'),
      of([35, 2, 2, 3], [2, 2, 3, 5], 1, 'same'),
      of([3, 1, 9, 2], [1, 3, 2, 9], 1, 'same'),
      of([1, 16, 16, 2], [7, 7, 2, 4], 2, 'same'),
    ]),
  )('%s', (_name, c) =>
    expectAlike(() => withGradients((x, filter, strides, pad) => tf.conv2d(x, filter, strides, pad), c)),
  );

  test.each<[number | [number, number], Pad]>([
    [2, 'same'],
    [[1, 3], 'valid'],
    [[2, 1], 'valid'],
  ])('dilated by %j, %s', (dilations, pad) =>
    expectAlike(() => [
      tf.conv2d(filled('x', [2, 7, 8, 3]), filled('filter', [3, 3, 3, 9]), 1, pad, 'NHWC', dilations),
    ]),
  );

  test('has no gradient with dilations, and says so', () => {
    tf.tidy(() => {
      const f = (x: Tensor): Tensor =>
        tf.conv2d(x as Tensor4D, tf.ones<tf.Rank.R4>([2, 2, 1, 1]), 1, 'same', 'NHWC', 2);
      expect(() => tf.grad(f)(tf.ones([1, 5, 5, 1]))).toThrow('expected dilations of 1, got 2;');
    });
  });

  test('transposed', () =>
    expectAlike(() => [
      tf.conv2dTranspose(filled('x', [2, 4, 3, 5]), filled('filter', [3, 3, 2, 5]), [2, 8, 6, 2], 2, 'same'),
    ]));

  test('of no images is empty, and its filter has the gradient 0', () => {
    tf.tidy(() => {
      const [x, filter] = [tf.zeros([0, 4, 4, 2]), tf.ones([3, 3, 2, 4])];
      const f = (a: Tensor, b: Tensor): Tensor => tf.conv2d(a as Tensor4D, b as Tensor4D, 1, 'same');
      const [dx, dw] = tf.grads(f)([x, filter]) as [Tensor, Tensor];
      expect([f(x, filter).shape, dx.shape]).toEqual([
        [0, 4, 4, 4],
        [0, 4, 4, 2],
      ]);
      expect(dw.dataSync().every((value) => value === 0)).toBe(true);
    });
  });
});

describe('depthwiseConv2d', () => {
  test.each(
    named([
      of([2, 7, 7, 8], [3, 3, 8, 1], 1, 'same'),
      of([2, 6, 5, 5], [3, 2, 5, 1], 1, 'valid'),
      of([2, 5, 5, 1], [3, 3, 1, 1], 1, 'same'),
      of([2, 5, 5, 2], [3, 3, 2, 3], 1, 'same'),
      of([2, 6, 6, 3], [2, 2, 3, 1], 1, explicit),
      of([3, 8, 7, 4], [3, 3, 4, 1], 2, 'same'),
      of([3, 9, 7, 4], [3, 3, 4, 2], 3, 'valid'),
      of([2, 2, 3, 5], [2, 3, 5, 1], 1, 1),
      of([40, 2, 2, 6], [1, 1, 6, 1], 1, 'valid'),
      of([1, 1, 1, 1], [1, 1, 1, 4], 1, 'valid'),
    ]),
  )('%s', (_name, c) =>
    expectAlike(() =>
      withGradients((x, filter, strides, pad) => tf.depthwiseConv2d(x, filter, strides, pad), c),
    ),
  );

  test('dilated', () =>
    expectAlike(() => [
      tf.depthwiseConv2d(
        filled('x', [2, 7, 8, 4]),
        filled('filter', [3, 3, 4, 2]),
        1,
        'same',
        'NHWC',
        [2, 3],
      ),
    ]));
});

describe.each(['max', 'avg'] as const)('%sPool', (kind) => {
  const pool = { max: tf.maxPool, avg: tf.avgPool }[kind];

  test.each<[Sides, number | [number, number], number | [number, number], Pad]>([
    [[2, 6, 6, 8], 2, 2, 'valid'],
    [[2, 7, 5, 5], 2, 2, 'same'],
    [[2, 7, 7, 1], 3, 2, 'same'],
    [[3, 5, 6, 3], [3, 2], 1, 'valid'],
    [[2, 6, 6, 6], 3, 1, 'same'],
    [[2, 6, 6, 4], 2, 3, 'valid'],
    [[2, 5, 4, 7], 3, 2, 1],
    [[1, 1, 1, 1], 1, 1, 'valid'],
    [[9, 2, 2, 16], 2, 1, 'valid'],
  ])('of %j over %j by %j, %s', (x, size, strides, pad) =>
    expectAlike(() => {
      const images = filled('x', x);
      const f = (numbers: Tensor): Tensor => pool(numbers as Tensor4D, size, strides, pad as number);
      const y = f(images);
      // The cpu backend's gradient knows no clipped windows, ours corrects for them: see also the test by differences.
      return [y, tf.grad(f)(images, filled('dy', y.shape))];
    }),
  );
});

describe('maxPool', () => {
  test('gives the gradient of a tie to the first of a window', () => {
    tf.tidy(() => {
      const x = tf.tensor4d([1, 3, 3, 0, 3, 3], [1, 2, 3, 1]);
      const dx = tf.grad((a: Tensor) => tf.maxPool(a as Tensor4D, 2, 1, 'valid'))(
        x,
        tf.tensor4d([5, 7], [1, 1, 2, 1]),
      );
      expect([...dx.dataSync()]).toEqual([0, 12, 0, 0, 0, 0]);
    });
  });

  test.each([0, 1, 2, 3])(
    'is NaN where the window has one, at place %i, and gives it the gradient',
    (place) => {
      tf.tidy(() => {
        if (tf.getBackend() !== 'wasm') return;
        for (const channels of [1, 5]) {
          const numbers = Array.from({ length: 4 * channels }, (_, i) =>
            Math.floor(i / channels) === place ? Number.NaN : i,
          );
          const x = tf.tensor4d(numbers, [1, 2, 2, channels]);
          const f = (a: Tensor): Tensor => tf.maxPool(a as Tensor4D, 2, 2, 'valid');
          expect([...f(x).dataSync()]).toEqual(Array(channels).fill(Number.NaN));
          const expected = numbers.map((value) => (Number.isNaN(value) ? 1 : 0));
          expect([...tf.grad(f)(x).dataSync()]).toEqual(expected);
        }
      });
    },
  );
});

describe('NaN', () => {
  const at = (place: number) => (values: Float32Array) => values.with(place, Number.NaN);
  const shape: Sides = [2, 6, 6, 4];

  test.each<[string, Convolve, Sides]>([
    ['conv2d', (x, filter, strides, pad) => tf.conv2d(x, filter, strides, pad), [3, 3, 4, 8]],
    [
      'depthwiseConv2d',
      (x, filter, strides, pad) => tf.depthwiseConv2d(x, filter, strides, pad),
      [3, 3, 4, 1],
    ],
  ])('in an image reaches what %s sees it in, and nothing else', async (_name, convolve, filter) => {
    const { cpu, other } = await onBothBackends(() => {
      const x = tf.tensor4d(at(60)(filled('x', shape).dataSync<'float32'>()), shape);
      const w = filled('filter', filter);
      const f = (images: Tensor, weights: Tensor): Tensor =>
        convolve(images as Tensor4D, weights as Tensor4D, 1, 'same');
      const y = f(x, w);
      const dy = tf.tensor(at(77)(filled('dy', y.shape).dataSync<'float32'>()), y.shape);
      return [y, ...tf.grads(f)([x, w], dy)];
    });
    const nans = (outputs: typeof cpu): number[][] =>
      outputs.map(({ values }) => [...values].flatMap((value, i) => (Number.isNaN(value) ? [i] : [])));
    expect(nans(cpu).map((places) => places.length > 0)).toEqual([true, true, true]);
    expect(nans(other).slice(0, 2)).toEqual(nans(cpu).slice(0, 2));
    // A framing zero times NaN is NaN: of the filter, more weights may be.
    const [found, least] = [new Set(nans(other)[2]), nans(cpu)[2]!];
    expect(least.filter((place) => !found.has(place))).toEqual([]);
  });
});

describe('the same numbers, to the last bit', () => {
  const compute = (): number[][] =>
    tf.tidy(() => {
      const convolved = (convolve: Convolve, c: Case): Tensor[] => withGradients(convolve, c);
      const pools = [tf.maxPool, tf.avgPool].flatMap((pool) => {
        const f = (x: Tensor): Tensor => pool(x as Tensor4D, 3, 2, 'same');
        return [f(filled('x', [3, 7, 7, 5])), tf.grad(f)(filled('x', [3, 7, 7, 5]))];
      });
      return [
        ...convolved((...args) => tf.conv2d(...args), of([5, 6, 6, 3], [3, 3, 3, 10], 2, 'same')),
        ...convolved((...args) => tf.depthwiseConv2d(...args), of([5, 6, 6, 3], [3, 3, 3, 2], 1, 'same')),
        ...pools,
      ].map((tensor) => [...tensor.dataSync()]);
    });

  test('whatever was computed before and lies in the memory', () => {
    const expected = compute();
    tf.tidy(() => {
      for (const size of [7, 300, 4000]) tf.fill([size], Number.NaN).dispose();
      const x = filled('other', [3, 9, 9, 3]);
      tf.conv2d(x, filled('other filter', [3, 3, 3, 10]), 1, 'same');
    });
    expect(compute()).toEqual(expected);
  });

  test('for an image alone and in a batch', () => {
    tf.tidy(() => {
      const x = filled('x', [5, 4, 4, 3]);
      const filter = filled('filter', [3, 3, 3, 10]);
      const all = tf.conv2d(x, filter, 1, 'same');
      for (let i = 0; i < 5; i++) {
        const alone = tf.conv2d(tf.slice(x, i, 1), filter, 1, 'same');
        expect([...alone.dataSync()]).toEqual([...tf.slice(all, i, 1).dataSync()]);
      }
    });
  });
});

test('no call leaves tensors or data behind', () => {
  const step = (): void =>
    tf.tidy(() => {
      for (const convolve of [tf.conv2d, tf.depthwiseConv2d] as Convolve[])
        withGradients(convolve, of([3, 6, 6, 3], [3, 3, 3, 2], 2, 'same'));
      for (const pool of [tf.maxPool, tf.avgPool])
        tf.grad((x: Tensor) => pool(x as Tensor4D, 3, 2, 'same'))(filled('x', [3, 7, 7, 5]));
    });
  const counts = (): number[] => [tf.memory().numTensors, tf.engine().backend.numDataIds()];
  step();
  const before = counts();
  step();
  expect(counts()).toEqual(before);
});
