/** Arithmetic, comparisons, maximum, minimum and where on wasm against the cpu backend. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { normal } from '../../src/engine/random/noise.ts';
import { onBothBackends } from '../support/both-backends.ts';
import { comparedBackend, useTestBackend } from '../support/use-backend.ts';

const key = rootKey(21);
/** Halves of small integers, so that many pairs are equal. */
const x = (name: string, ...shape: number[]): Tensor =>
  tf.div(tf.round(tf.mul(normal(fold(key, name), shape), 2)), 2);

beforeEach(async () => {
  await useTestBackend(comparedBackend);
});

const operations: [name: string, operation: (a: Tensor, b: Tensor) => Tensor][] = [
  ['equal', tf.equal],
  ['notEqual', tf.notEqual],
  ['less', tf.less],
  ['lessEqual', tf.lessEqual],
  ['greater', tf.greater],
  ['greaterEqual', tf.greaterEqual],
  ['maximum', tf.maximum],
  ['minimum', tf.minimum],
  ['add', tf.add],
  ['sub', tf.sub],
  ['mul', tf.mul],
  ['div', (a, b) => tf.div(a, tf.add(b, 0.25))],
];
const shapes: [a: number[], b: number[]][] = [
  [[40], [40]],
  [[17], [17]],
  [[16], []],
  [[], [33]],
  [[3], [3]],
  [[5, 9], [9]],
  [
    [5, 1],
    [5, 9],
  ],
  [
    [5, 1],
    [1, 9],
  ],
  [
    [2, 1, 7],
    [3, 1],
  ],
  [[0, 4], [4]],
  [
    [5, 9],
    [5, 1],
  ],
  [
    [3, 2, 4],
    [3, 2, 1],
  ],
  [
    [3, 2, 1],
    [3, 2, 17],
  ],
  [
    [6, 3],
    [6, 1],
  ],
  [
    [2, 5, 3, 4],
    [1, 4],
  ],
  [[7], [3, 13, 7]],
  [
    [1, 70],
    [3, 70],
  ],
  [[0, 5], [5]],
  [
    [1, 5],
    [1, 1, 5],
  ],
  [
    [2, 4, 8],
    [2, 1, 1],
  ],
  [
    [0, 8],
    [0, 1],
  ],
  [[9], [1]],
];

async function expectSame(compute: () => Tensor): Promise<void> {
  const { cpu, other } = await onBothBackends(() => [compute()]);
  expect(other).toEqual(cpu);
}

describe.each(operations)('%s', (_name, operation) => {
  test.each(shapes)('of %j and %j', (a, b) => expectSame(() => operation(x('a', ...a), x('b', ...b))));

  test('of integers', () =>
    expectSame(() => operation(tf.cast(x('a', 20), 'int32'), tf.cast(x('b', 20), 'int32'))));

  test('of infinities and NaN', () => {
    const edges = [Infinity, -Infinity, Number.NaN, 0, -0, 1];
    const pairs = edges.flatMap((a) => edges.map((b) => [a, b] as const));
    return expectSame(() =>
      operation(tf.tensor1d(pairs.map(([a]) => a)), tf.tensor1d(pairs.map(([, b]) => b))),
    );
  });
});

test('the gradient of relu', () =>
  onBothBackends(() =>
    [3, 4, 37].map((count) =>
      tf.grad((a: Tensor) => tf.relu(a))(x('a', count), tf.div(x('dy', count), tf.abs(x('sign', count)))),
    ),
  ).then(({ cpu, other }) => expect(other).toEqual(cpu)));

describe('where', () => {
  const flags = (...shape: number[]): Tensor => tf.greater(x('flags', ...shape), 0);

  test.each([1, 3, 4, 7, 16, 50])('of %i numbers', (count) =>
    expectSame(() => tf.where(flags(count), x('a', count), x('b', count))),
  );

  test('broadcasts all three', () => expectSame(() => tf.where(flags(6, 1), x('a', 9), x('b', 6, 9))));

  test('takes a number for either branch', () => expectSame(() => tf.where(flags(5, 5), 0, x('b', 5, 5))));

  test('of integers', () =>
    expectSame(() => tf.where(flags(20), tf.cast(x('a', 20), 'int32'), tf.cast(x('b', 20), 'int32'))));

  test('keeps a NaN of the branch that is not taken out', () => {
    tf.tidy(() => {
      const out = tf.where(tf.tensor1d([1, 0, 1, 0, 1], 'bool'), tf.ones([5]), tf.fill([5], Number.NaN));
      expect([...out.dataSync()]).toEqual([1, Number.NaN, 1, Number.NaN, 1]);
    });
  });
});

test('no call leaves tensors or data behind', () => {
  const run = (): void => {
    for (const [, operation] of operations) tf.tidy(() => void operation(x('a', 5, 1), x('b', 1, 9)));
    tf.tidy(() => void tf.where(tf.greater(x('a', 6), 0), 1, 2));
  };
  const counts = (): number[] => [tf.memory().numTensors, tf.engine().backend.numDataIds()];
  run();
  const before = counts();
  run();
  expect(counts()).toEqual(before);
});

test.each([1, 4, 9, 64])(
  'the slopes of sigmoid and tanh have the bits of their operations, %i numbers',
  (count) => {
    tf.tidy(() => {
      const [at, dy] = [x('at', count), x('dy', count)];
      const [s, t] = [tf.sigmoid(at), tf.tanh(at)];
      const ofSigmoid = tf.mul(dy, tf.sub(s, tf.square(s)));
      const ofTanh = tf.mul(dy, tf.sub(1, tf.square(t)));
      expect(tf.grad(tf.sigmoid)(at, dy).dataSync()).toEqual(ofSigmoid.dataSync());
      expect(tf.grad(tf.tanh)(at, dy).dataSync()).toEqual(ofTanh.dataSync());
    });
  },
);
