/** What the estimators are built from: gradient flow, and hard samples by inversion. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import {
  detached,
  onOwnTape,
  replaceForward,
  stopGradient,
  withGradient,
} from '../../src/engine/core/gradient-flow.ts';
import { hardSample, mode } from '../../src/engine/estimators/parts/choice-maths.ts';
import { rootKey } from '../../src/engine/random/key.ts';
import { comparisons, expectMeans } from '../support/estimators/z-test.ts';

/** d f / dx at [1, 2, 3], and the tensors left behind by it. */
function gradientAt(f: (x: tf.Tensor) => tf.Tensor): { gradient: number[]; left: number } {
  const before = tf.memory().numTensors;
  const gradient = tf.tidy(() =>
    Array.from(
      tf
        .grad((x) => tf.sum(f(x)))(tf.tensor1d([1, 2, 3]))
        .dataSync(),
    ),
  );
  return { gradient, left: tf.memory().numTensors - before };
}

describe('gradient flow', () => {
  test('detached and stopGradient are constants', () => {
    expect(gradientAt((x) => tf.mul(x, stopGradient(x)))).toEqual({ gradient: [1, 2, 3], left: 0 });
    const both = (x: tf.Tensor) =>
      tf.mul(
        x,
        detached(() => tf.exp(tf.mul(x, 0))),
      );
    expect(gradientAt(both)).toEqual({ gradient: [1, 1, 1], left: 0 });
    expect(() => tf.grad((x: tf.Tensor) => stopGradient(tf.sum(x)))(tf.tensor1d([1]))).toThrow(
      /does not|gradient/i,
    );
  });

  test('onOwnTape differentiates inside and is a constant outside', () => {
    const cubed = (x: tf.Tensor) => tf.grad((at: tf.Tensor) => tf.sum(tf.pow(at, 3)))(x);
    // x * 3 x^2: without the constant its gradient is 9 x^2.
    const result = gradientAt((x) =>
      tf.mul(
        x,
        onOwnTape(() => cubed(x)),
      ),
    );
    expect(result).toEqual({ gradient: [3, 12, 27], left: 0 });
    const second = (x: tf.Tensor) => tf.grad((at: tf.Tensor) => tf.sum(cubed(at)))(x);
    expect(
      gradientAt((x) =>
        tf.mul(
          x,
          onOwnTape(() => second(x)),
        ),
      ),
    ).toEqual({ gradient: [6, 12, 18], left: 0 });
  });

  test('onOwnTape leaves the outer tape as it was when it throws', () => {
    const failing = (x: tf.Tensor) => {
      const doubled = tf.mul(x, 2);
      expect(() =>
        onOwnTape(() => {
          throw new Error('no');
        }),
      ).toThrow('no');
      return tf.square(doubled);
    };
    expect(gradientAt(failing)).toEqual({ gradient: [8, 16, 24], left: 0 });
  });

  test('replaceForward: the value of one, the gradient of the other', () => {
    const values: number[] = [];
    const result = gradientAt((x) => {
      const y = replaceForward(
        tf.mul(x, 5),
        detached(() => tf.square(x)),
      );
      values.push(...y.dataSync());
      return tf.square(y);
    });
    expect(values).toEqual([1, 4, 9]);
    expect(result).toEqual({ gradient: [10, 40, 90], left: 0 });
  });

  test('replaceForward sends nothing to the hard side', () => {
    const { gradient } = gradientAt((x) => replaceForward(tf.mul(x, 5), tf.square(x)));
    expect(gradient).toEqual([5, 5, 5]);
  });

  test('withGradient: value 0, the given gradient, scaled by what is done to it', () => {
    const result = gradientAt((x) => {
      const term = withGradient(x, () => tf.square(x));
      expect(term.dataSync()[0]).toBe(0);
      return tf.add(tf.mul(term, -2), tf.sum(x));
    });
    expect(result).toEqual({ gradient: [-1, -7, -17], left: 0 });
  });
});

describe('hard samples', () => {
  const manyRows = 40_000;

  /** Frequencies of the values, and how many values a row chose. */
  function frequencies(row: readonly number[], rows = manyRows) {
    const classes = row.length;
    return tf.tidy(() => {
      const logits = tf.tile(tf.tensor3d([...row], [1, 1, classes]), [rows, 1, 1]);
      const z = hardSample({ kind: 'categorical', logits }, rootKey(8));
      expect(z.dtype).toBe('float32');
      return {
        mean: Array.from(tf.mean(z, [0, 1]).dataSync()),
        chosen: [tf.min(tf.sum(z, 2)).dataSync()[0], tf.max(tf.sum(z, 2)).dataSync()[0]],
      };
    });
  }

  test('have the frequencies of softmax, one value a row', () => {
    const logits = Array.from({ length: 30 }, (_, k) => 2 * Math.sin(7 * k));
    const total = logits.reduce((sum, x) => sum + Math.exp(x), 0);
    const p = logits.map((x) => Math.exp(x) / total);
    const { mean, chosen } = frequencies(logits);
    expect(chosen).toEqual([1, 1]);
    const moments = mean.map((m, k) => {
      const variance = p[k]! * (1 - p[k]!);
      return { mean: m, error: Math.sqrt(variance / manyRows), variance, varianceError: 0 };
    });
    expectMeans(moments, p);
  });

  test('never choose a masked value, first, last or alone among many', () => {
    const masked = [-Infinity, 0, -Infinity, -Infinity, 1, -Infinity];
    const { mean, chosen } = frequencies(masked);
    expect(chosen).toEqual([1, 1]);
    expect(mean.map((m) => m > 0)).toEqual([false, true, false, false, true, false]);
    const wide = Array.from({ length: 513 }, (_, k) => (k % 9 === 4 ? Math.cos(k) : -Infinity));
    const sampled = frequencies(wide, 4000);
    expect(sampled.chosen).toEqual([1, 1]);
    expect(sampled.mean.map((m) => m > 0)).toEqual(wide.map((x) => x > -Infinity));
  });

  test('certain bits never flip', () => {
    const bits = tf.tidy(() =>
      hardSample(
        { kind: 'bernoulli', logits: tf.tile(tf.tensor2d([[1e4, -1e4]]), [1000, 1]) },
        rootKey(1),
      ).dataSync(),
    );
    expect(bits.every((bit, i) => bit === (i % 2 === 0 ? 1 : 0))).toBe(true);
  });

  test('the mode of even logits is the first value, and 0', () => {
    const first = tf.tidy(() =>
      mode({ kind: 'categorical', logits: tf.zeros<tf.Rank.R3>([1, 1, 3]) }).dataSync(),
    );
    expect(Array.from(first)).toEqual([1, 0, 0]);
    const bit = tf.tidy(() => mode({ kind: 'bernoulli', logits: tf.tensor2d([[0, 1e-6]]) }).dataSync());
    expect(Array.from(bit)).toEqual([0, 1]);
  });
});

afterAll(() => {
  expect(comparisons()).toBeLessThan(100);
});
