/** The distributions against closed forms in double precision, against enumeration, and their samples against their law. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import * as bernoulli from '../../src/engine/distributions/bernoulli.ts';
import * as categorical from '../../src/engine/distributions/categorical.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { gumbel, logistic, normal } from '../../src/engine/random/noise.ts';

const key = rootKey(3);

/** Values of `compute` as plain numbers; its tensors are disposed of. */
function numbers(compute: () => Tensor): number[] {
  return tf.tidy(() => [...compute().dataSync()]);
}

const softmax = (logits: readonly number[]): number[] => {
  const top = Math.max(...logits);
  const weights = logits.map((x) => Math.exp(x - top));
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights.map((w) => w / total);
};
const logSumExp = (logits: readonly number[]): number => {
  const top = Math.max(...logits);
  return top + Math.log(logits.reduce((sum, x) => sum + Math.exp(x - top), 0));
};
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** x log x with its limit at 0. */
const xLogX = (x: number): number => (x === 0 ? 0 : x * Math.log(x));

/** float32 results against double: a few units in the last place of the largest number that occurs. */
const close = { absolute: 2e-6, relative: 2e-6 };

const rows: [name: string, logits: number[]][] = [
  ['moderate', [0.3, -1.2, 2.5, 0]],
  ['tied', [1, 1, 1, 1]],
  ['huge', [1e4, -1e4, 9999, 0]],
  ['huge and tied', [1e4, 1e4, -1e4, -1e4]],
  ['all very low', [-1e4, -10001, -10002, -1e4]],
  ['masked', [-Infinity, 0.5, -Infinity, -0.5]],
  ['one value left', [-Infinity, -Infinity, 2, -Infinity]],
  ['masked and huge', [-Infinity, 1e4, -1e4, 0]],
];

describe.each(rows)('categorical with %s logits', (_name, logits) => {
  const p = softmax(logits);
  const logP = logits.map((x) => x - logSumExp(logits));
  const entropy = -p.reduce((sum, q) => sum + xLogX(q), 0);
  const theta = (): Tensor => tf.tensor1d(logits);
  const weights = [0.7, -1.1, 0.4, 2];

  test('probabilities and log probabilities', () => {
    expect(numbers(() => categorical.probabilities(theta()))).toBeAllClose(p, {
      absolute: 1e-7,
      relative: 1e-6,
    });
    const warm = softmax(logits.map((x) => x / 2));
    expect(numbers(() => categorical.probabilities(theta(), 2))).toBeAllClose(warm, {
      absolute: 1e-7,
      relative: 1e-5,
    });
    expect(numbers(() => categorical.logProbabilities(theta()))).toBeAllClose(logP, close);
  });

  test('the gradient of the log probabilities, weighted by finite numbers', () => {
    const total = weights.reduce((sum, w) => sum + w, 0);
    const gradient = numbers(() =>
      tf.grad((x) => tf.sum(tf.mul(categorical.logProbabilities(x), weights)))(theta()),
    );
    expect(gradient).toBeAllClose(
      weights.map((w, i) => w - total * p[i]!),
      close,
    );
  });

  test.each([0, 1, 2, 3])('logProb of value %i and its gradient', (value) => {
    const z = (): Tensor => tf.oneHot(tf.scalar(value, 'int32'), 4);
    expect(numbers(() => categorical.logProb(theta(), z()))).toBeAllClose([logP[value]!], close);
    const gradient = numbers(() => tf.grad((x) => tf.sum(tf.mul(categorical.logProb(x, z()), 3)))(theta()));
    expect(gradient).toBeAllClose(
      p.map((q, i) => 3 * (Number(i === value) - q)),
      close,
    );
  });

  test('entropy and its gradient', () => {
    expect(numbers(() => categorical.entropy(theta()))).toBeAllClose([entropy], close);
    const gradient = numbers(() => tf.grad((x) => tf.sum(tf.mul(categorical.entropy(x), 2)))(theta()));
    expect(gradient).toBeAllClose(
      p.map((q) => -2 * (xLogX(q) + q * entropy)),
      close,
    );
  });

  test('a relaxed sample and its gradient', () => {
    const noise = [0.2, 1.5, -0.7, 0.1];
    const temperature = 0.5;
    const relaxed = softmax(logits.map((x, i) => (x + noise[i]!) / temperature));
    const sample = (x: Tensor): Tensor => categorical.relaxedSample(x, tf.tensor1d(noise), temperature);
    // At 1e4 the float32 sum of logit and noise is off by 5e-4, which the softmax passes on.
    const rounding = Math.max(...logits.filter(Number.isFinite).map(Math.abs)) * 2 ** -23;
    const tolerance = { absolute: 1e-6 + 2 * rounding, relative: 1e-6 };
    expect(numbers(() => sample(theta()))).toBeAllClose(relaxed, tolerance);
    const gradient = numbers(() => tf.grad((x) => tf.sum(tf.mul(sample(x), weights)))(theta()));
    const mean = relaxed.reduce((sum, y, i) => sum + y * weights[i]!, 0);
    const expected = relaxed.map((y, i) => (y * (weights[i]! - mean)) / temperature);
    expect(gradient).toBeAllClose(expected, { absolute: 4 * tolerance.absolute, relative: 1e-5 });
  });

  test('samples follow the probabilities, one value each, never a masked one', () => {
    const draws = 4000;
    const counts = numbers(() => {
      const z = categorical.sample(
        tf.tile(tf.expandDims(theta(), 0), [draws, 1]),
        gumbel(fold(key, 'law'), [draws, 4]),
      );
      expect(new Set(tf.sum(z, 1).dataSync())).toEqual(new Set([1]));
      return tf.sum(z, 0);
    });
    // exp(-1e4) is 0 in any precision: those values do not occur.
    expect(counts).toFollow(p);
  });
});

describe('categorical', () => {
  test('probabilities of all one-hot z sum to 1, row by row', () => {
    const total = numbers(() => {
      const logits = normal(fold(key, 'rows'), [2, 3, 5]);
      return tf.addN(
        [0, 1, 2, 3, 4].map((k) =>
          tf.exp(categorical.logProb(logits, tf.oneHot(tf.fill([2, 3], k, 'int32'), 5))),
        ),
      );
    });
    expect(total).toBeAllClose(Array<number>(6).fill(1), { absolute: 2e-6 });
  });

  test('the maximum of logits + Gumbel is logsumexp + Gumbel, independent of the argmax', () => {
    const logits = [1, 0, -0.5, 0.25];
    const draws = 20_000;
    const { top, index } = tf.tidy(() => {
      const perturbed = tf.add(tf.tensor2d(logits, [1, 4]), gumbel(fold(key, 'max'), [draws, 4]));
      return { top: tf.max(perturbed, 1).dataSync(), index: tf.argMax(perturbed, 1).dataSync() };
    });
    const shift = logSumExp(logits);
    expect(top).toHaveMean(shift + 0.5772156649015329, 5);
    expect(top.map((x) => (x - shift - 0.5772156649015329) ** 2)).toHaveMean(Math.PI ** 2 / 6, 5);
    const quartiles = [0.25, 0.5, 0.75].map((q) => shift - Math.log(-Math.log(q)));
    const counts = Array<number>(16).fill(0);
    for (let i = 0; i < draws; i++)
      counts[4 * index[i]! + quartiles.filter((edge) => top[i]! > edge).length]! += 1;
    expect(counts).toFollow(softmax(logits).flatMap((q) => Array<number>(4).fill(q / 4)));
  });

  test('the mode is one value, the first in a tie', () => {
    expect(
      numbers(() =>
        categorical.mode(
          tf.tensor2d([
            [1, 3, 3],
            [-Infinity, -Infinity, -9],
          ]),
        ),
      ),
    ).toEqual([0, 1, 0, 0, 0, 1]);
  });

  test('a relaxed sample has its largest part where the sample is, and tends to it', () => {
    tf.tidy(() => {
      const logits = normal(fold(key, 'limit'), [50, 6]);
      const noise = gumbel(fold(key, 'limit noise'), [50, 6]);
      const hard = categorical.sample(logits, noise);
      for (const temperature of [1, 0.1, 1e-4]) {
        const soft = categorical.relaxedSample(logits, noise, temperature);
        expect([...categorical.mode(soft).dataSync()]).toEqual([...hard.dataSync()]);
      }
      const cold = categorical.relaxedSample(logits, noise, 1e-4).dataSync();
      // The two largest of 300 perturbed logits differ by more than 2e-3 in every row of this seed.
      expect(cold).toBeAllClose(hard.dataSync(), { absolute: 1e-6 });
    });
  });
});

const bits: [name: string, logits: number[]][] = [
  ['moderate', [0, 0.3, -1.2, 2.5, -7, 7]],
  ['large', [20, -20, 90, -90, 110, -130]],
  ['huge', [1e4, -1e4, 3e38, -3e38, Infinity, -Infinity]],
];

describe.each(bits)('Bernoulli with %s logits', (_name, logits) => {
  const theta = (): Tensor => tf.tensor1d(logits);
  const p = logits.map(sigmoid);
  /** log sigmoid(x) in double, without the cancellation of log(1 + ...). */
  const logSigmoid = (x: number): number => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));

  test('probabilities', () => {
    expect(numbers(() => bernoulli.probabilities(theta()))).toBeAllClose(p, {
      absolute: 1e-7,
      relative: 1e-6,
    });
  });

  test.each([0, 1])('logProb of %i and its gradient', (z) => {
    const z6 = (): Tensor => tf.fill([6], z);
    const sign = 2 * z - 1;
    expect(numbers(() => bernoulli.logProb(theta(), z6()))).toBeAllClose(
      logits.map((x) => logSigmoid(sign * x)),
      close,
    );
    const gradient = numbers(() => tf.grad((x) => tf.sum(bernoulli.logProb(x, z6())))(theta()));
    expect(gradient).toBeAllClose(
      p.map((q) => z - q),
      close,
    );
  });

  test('entropy and its gradient', () => {
    expect(numbers(() => bernoulli.entropy(theta()))).toBeAllClose(
      p.map((q) => -xLogX(q) - xLogX(1 - q)),
      close,
    );
    const gradient = numbers(() => tf.grad((x) => tf.sum(bernoulli.entropy(x)))(theta()));
    expect(gradient).toBeAllClose(
      logits.map((x, i) => (p[i]! * (1 - p[i]!) === 0 ? 0 : -x * p[i]! * (1 - p[i]!))),
      close,
    );
  });

  test('samples follow the probabilities', () => {
    const draws = 4000;
    const ones = numbers(() => {
      const noise = logistic(fold(key, 'bits'), [draws, 6]);
      return tf.sum(bernoulli.sample(tf.tile(tf.expandDims(theta(), 0), [draws, 1]), noise), 0);
    });
    for (const [i, count] of ones.entries()) expect([draws - count, count]).toFollow([1 - p[i]!, p[i]!]);
  });
});

describe('Bernoulli', () => {
  test('is the categorical distribution of the logits (x, 0)', () => {
    tf.tidy(() => {
      const x = normal(fold(key, 'pair'), [40]);
      const pair = tf.stack([x, tf.zerosLike(x)], 1);
      expect(bernoulli.entropy(x).dataSync()).toBeAllClose(categorical.entropy(pair).dataSync(), close);
      expect(bernoulli.logProb(x, tf.onesLike(x)).dataSync()).toBeAllClose(
        categorical.logProb(pair, tf.tile(tf.tensor2d([[1, 0]]), [40, 1])).dataSync(),
        close,
      );
      const [g0, g1] = [gumbel(fold(key, 'g0'), [40]), gumbel(fold(key, 'g1'), [40])];
      const relaxed = categorical.relaxedSample(pair, tf.stack([g0, g1], 1), 0.7);
      expect(bernoulli.relaxedSample(x, tf.sub(g0, g1), 0.7).dataSync()).toBeAllClose(
        tf.squeeze(tf.slice(relaxed, [0, 0], [40, 1])).dataSync(),
        close,
      );
    });
  });

  test('a relaxed sample is on the side of the sample, with its closed-form gradient', () => {
    tf.tidy(() => {
      const x = normal(fold(key, 'side'), [200]);
      const noise = logistic(fold(key, 'side noise'), [200]);
      const soft = bernoulli.relaxedSample(x, noise, 0.5);
      expect([...bernoulli.sample(x, noise).dataSync()]).toEqual(
        [...soft.dataSync()].map((y) => Number(y > 0.5)),
      );
      const gradient = tf.grad((t) => tf.sum(bernoulli.relaxedSample(t, noise, 0.5)))(x);
      expect(gradient.dataSync()).toBeAllClose(
        soft.dataSync().map((y) => (y * (1 - y)) / 0.5),
        close,
      );
    });
  });

  test('the mode is the more probable bit', () => {
    expect(numbers(() => bernoulli.mode(tf.tensor1d([-2, 0, 1e-30, Infinity])))).toEqual([0, 0, 1, 1]);
  });
});

describe('memory', () => {
  test('no function leaves tensors behind', () => {
    const before = tf.memory().numTensors;
    const x = tf.tensor2d([
      [0.3, -1],
      [2, 0],
    ]);
    const results: Tensor[] = [];
    for (const { probabilities, entropy, mode } of [categorical, bernoulli]) {
      results.push(...[probabilities, entropy, mode].map((f) => tf.tidy(() => f(x))));
      results.push(tf.tidy(() => tf.grad((t) => tf.sum(entropy(t)))(x)));
    }
    expect(tf.memory().numTensors).toBe(before + 1 + results.length);
    tf.dispose([x, results]);
  });
});
