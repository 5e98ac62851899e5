/** Sparsemax and entmax: closed forms, limits, sizes and slopes, against a bisection in double precision. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { entmax } from '../../src/engine/estimators/parts/entmax.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { fillNormal } from '../../src/engine/random/fill.ts';
import { hostEntmax } from '../support/estimators/entmax.ts';

function normals(name: string, size: number, scale: number): number[] {
  const out = new Float32Array(size);
  fillNormal(fold(rootKey(7), name), out);
  return Array.from(out, (x) => Math.fround(x * scale));
}

function solve(x: readonly number[], alpha: number): number[] {
  return tf.tidy(() => Array.from(entmax(tf.tensor2d(x as number[], [1, x.length]), alpha).dataSync()));
}

describe.each([1.05, 1.25, 1.5, 1.8, 2])('alpha %f', (alpha) => {
  test.each([
    { classes: 2, scale: 1 },
    { classes: 7, scale: 1 },
    { classes: 7, scale: 0.01 },
    { classes: 40, scale: 30 },
    { classes: 3000, scale: 1 },
    { classes: 3000, scale: 1e-4 },
  ])('$classes values of spread $scale', ({ classes, scale }) => {
    const x = normals(`${classes} ${scale}`, classes, scale);
    const found = solve(x, alpha);
    expect(found).toBeAllClose(hostEntmax(x, alpha), { absolute: 2e-6, relative: 1e-4 });
    expect(found.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    expect(Math.min(...found)).toBeGreaterThanOrEqual(0);
  });

  test('finds the threshold in the number of steps that it allows, where each step drops little', () => {
    // Geometric gaps: the support shrinks by one value or few a Newton step.
    const x = Array.from({ length: 500 }, (_, k) => -(1.1 ** -k));
    expect(solve(x, alpha)).toBeAllClose(hostEntmax(x.map(Math.fround), alpha), {
      absolute: 2e-6,
      relative: 1e-4,
    });
  });

  test('the slope, against differences of the bisection', () => {
    const x = normals('slope', 6, 0.7);
    const w = normals('weights', 6, 1);
    const value = (at: readonly number[]) => hostEntmax(at, alpha).reduce((sum, y, i) => sum + y * w[i]!, 0);
    const expected = x.map((_, i) => {
      const moved = (by: number) => x.map((xj, j) => (i === j ? xj + by : xj));
      return (value(moved(1e-6)) - value(moved(-1e-6))) / 2e-6;
    });
    const gradient = tf.tidy(() =>
      tf
        .grad((scores) => tf.sum(tf.mul(entmax(scores, alpha), tf.tensor1d(w))))(tf.tensor2d(x, [1, 6]))
        .dataSync(),
    );
    expect(gradient).toBeAllClose(expected, { absolute: 1e-5, relative: 1e-4 });
  });

  test('shifts change nothing, and forbidden values stay out', () => {
    const x = normals('shift', 5, 1);
    expect(
      solve(
        x.map((xi) => xi + 64),
        alpha,
      ),
    ).toBeAllClose(solve(x, alpha), { absolute: 2e-5 });
    const forbidden = solve([-Infinity, ...x], alpha);
    expect(forbidden[0]).toBe(0);
    expect(forbidden.slice(1)).toBeAllClose(solve(x, alpha), { absolute: 1e-6 });
  });
});

describe('closed forms', () => {
  test('sparsemax of two values is (1 + difference) / 2 between 0 and 1', () => {
    for (const difference of [-3, -1, -0.5, 0, 0.25, 1, 2]) {
      const one = Math.min(1, Math.max(0, (1 + difference) / 2));
      expect(solve([0, difference], 2)).toBeAllClose([1 - one, one], { absolute: 1e-7 });
    }
  });

  test('sparsemax of (0.5, 0.3, -0.4) is (0.6, 0.4, 0): the threshold is -0.1', () => {
    expect(solve([0.5, 0.3, -0.4], 2)).toBeAllClose([0.6, 0.4, 0], { absolute: 1e-7 });
  });

  test('a point of the simplex is its own sparsemax', () => {
    expect(solve([0.1, 0, 0.65, 0.25], 2)).toBeAllClose([0.1, 0, 0.65, 0.25], { absolute: 1e-7 });
  });

  test('1.5-entmax of two values: the root of two squares', () => {
    // u^2 + v^2 = 1 with u - v = difference / 2.
    const half = 0.6 / 2;
    const v = (-half + Math.sqrt(2 - half * half)) / 2;
    expect(solve([0, 0.6], 1.5)).toBeAllClose([v * v, (v + half) ** 2], { absolute: 1e-6 });
  });

  test('the line through alpha = 1.1 and 1.05 meets softmax at 1', () => {
    const x = [0.4, -0.3, 0.9];
    const total = x.reduce((sum, xi) => sum + Math.exp(xi), 0);
    const [far, near] = [solve(x, 1.1), solve(x, 1.05)];
    expect(near.map((y, i) => 2 * y - far[i]!)).toBeAllClose(
      x.map((xi) => Math.exp(xi) / total),
      { absolute: 1e-3 },
    );
  });
});
