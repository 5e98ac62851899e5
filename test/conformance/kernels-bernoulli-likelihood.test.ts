/** The log-likelihood of bits, on both backends, against plain doubles: value, gradient, and the gradient of that. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { bernoulliLogLikelihood, bernoulliLogMass } from '../../src/engine/kernels/bernoulli-likelihood.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { normal, uniform } from '../../src/engine/random/noise.ts';
import { onBothBackends } from '../support/both-backends.ts';
import { comparedBackend, useTestBackend } from '../support/use-backend.ts';

const key = rootKey(41);
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

beforeEach(async () => {
  await useTestBackend(comparedBackend);
});

describe.each<[number, number]>([
  [1, 1],
  [3, 3],
  [2, 4],
  [5, 7],
  [3, 64],
  [2, 785],
])('[%i, %i]', (...shape) => {
  const parts = () => ({
    x: uniform<tf.Rank.R2>(fold(key, 'x'), shape),
    logits: tf.mul<tf.Tensor2D>(normal(fold(key, 'logits'), shape), 5),
    dy: normal<tf.Rank.R1>(fold(key, 'dy'), [shape[0]]),
    u: normal<tf.Rank.R2>(fold(key, 'u'), shape),
  });

  test('value and gradients', async () => {
    const compute = (): Tensor[] => {
      const { x, logits, dy, u } = parts();
      const of = (l: Tensor) => bernoulliLogLikelihood(x, l as tf.Tensor2D);
      const slope = (l: Tensor) => tf.grad((at: Tensor) => of(at))(l, dy);
      // Of sum u times the gradient, as a learned control variate needs it.
      const curvature = tf.grad((l: Tensor) => tf.sum(tf.mul(u, slope(l))))(logits);
      return [of(logits), slope(logits), curvature, x, logits, dy, u];
    };
    const { cpu, other } = await onBothBackends(compute);
    const [xs, ls, dys, us] = cpu.slice(3).map(({ values }) => Array.from(values)) as [
      number[],
      number[],
      number[],
      number[],
    ];
    const [rows, columns] = shape;
    const rowOf = (i: number) => Math.floor(i / columns);
    const values = Array.from({ length: rows }, (_, r) =>
      ls.reduce((sum, l, i) => (rowOf(i) === r ? sum + xs[i]! * l - softplus(l) : sum), 0),
    );
    for (const found of [cpu, other]) {
      expect(found[0]!.values).toBeAllClose(values, { absolute: 1e-6, relative: 2e-6 });
      expect(found[1]!.values).toBeAllClose(
        ls.map((l, i) => dys[rowOf(i)]! * (xs[i]! - sigmoid(l))),
        { absolute: 1e-6 },
      );
      expect(found[2]!.values).toBeAllClose(
        ls.map((l, i) => -us[i]! * dys[rowOf(i)]! * sigmoid(l) * sigmoid(-l)),
        { absolute: 2e-6 },
      );
    }
  });
});

test('of drawn bits: gradients for them and for the logits, and a gradient of those', async () => {
  const shape: [number, number] = [3, 6];
  const compute = (): Tensor[] => {
    const [z, l, u] = ['z', 'l', 'u'].map((name) => normal<tf.Rank.R2>(fold(key, name), shape)) as [
      tf.Tensor2D,
      tf.Tensor2D,
      tf.Tensor2D,
    ];
    const fused = (a: Tensor, b: Tensor) => bernoulliLogMass(a as tf.Tensor2D, b as tf.Tensor2D);
    const plain = (a: Tensor, b: Tensor) => tf.sum(tf.sub(tf.mul(a, b), tf.softplus(b)), 1);
    return [fused, plain].flatMap((of) => {
      const slopes = (a: Tensor, b: Tensor) => tf.grads(of)([a, b]);
      const second = (a: Tensor, b: Tensor) => tf.addN(slopes(a, b).map((slope) => tf.sum(tf.mul(u, slope))));
      return [of(z, l), ...slopes(z, l), ...tf.grads(second)([z, l])];
    });
  };
  const { cpu, other } = await onBothBackends(compute);
  for (const found of [cpu, other]) {
    for (let i = 0; i < 5; i++) {
      expect(found[i]!.values).toBeAllClose(cpu[5 + i]!.values, { absolute: 3e-6 });
    }
  }
});

test('logits far from 0 give what they should, and no NaN', async () => {
  const logits = [-1e30, -200, -30, -1e-4, 0, 1e-4, 30, 200, 1e30];
  const compute = (): Tensor[] =>
    [0, 1].flatMap((bit) => {
      // One logit in a row, beside logits of 0 for bits of which nothing is known.
      const rows = tf.tensor2d(logits.map((l) => [l, 0, 0, 0]));
      const x = tf.tensor2d(logits.map(() => [bit, 0, 0, 0]));
      const of = (l: Tensor) => bernoulliLogLikelihood(x, l as tf.Tensor2D);
      return [of(rows), tf.slice(tf.grad(of)(rows), [0, 0], [logits.length, 1])];
    });
  const { cpu, other } = await onBothBackends(compute);
  for (const found of [cpu, other]) {
    for (const bit of [0, 1]) {
      expect(found[2 * bit]!.values).toBeAllClose(
        logits.map((l) => -softplus(bit === 1 ? -l : l) - 3 * Math.LN2),
        { relative: 1e-6 },
      );
      expect(found[2 * bit + 1]!.values).toBeAllClose(
        logits.map((l) => bit - sigmoid(l)),
        { absolute: 1e-6 },
      );
    }
  }
});
