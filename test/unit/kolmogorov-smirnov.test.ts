import { describe, expect, it } from 'vitest';
import { draws } from '../../src/engine/random/draws.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { kolmogorovSmirnov } from '../support/kolmogorov-smirnov.ts';

const uniforms = (part: number, count: number, shift = 0) => {
  const random = draws(fold(rootKey(3), part));
  return Array.from({ length: count }, () => random.uniform() + shift);
};

describe('the two-sample Kolmogorov-Smirnov test', () => {
  it('has the p value of a known distance', () => {
    // Distance 1/2 of two samples of 8: lambda = (2 + 0.12 + 0.055) / 2, and 2 (e^-2x - e^-8x + e^-18x), x = lambda^2.
    const p = kolmogorovSmirnov([1, 2, 3, 4, 5, 6, 7, 8], [5, 6, 7, 8, 9, 10, 11, 12]);
    const x = (2.175 / 2) ** 2;
    expect(p).toBeCloseTo(2 * (Math.exp(-2 * x) - Math.exp(-8 * x) + Math.exp(-18 * x)), 9);
    expect(kolmogorovSmirnov([1, 2, 3], [1, 2, 3])).toBe(1);
  });

  it('keeps its level, and sees a shift', () => {
    // 400 tests at level 0.1: 40 rejections expected, standard deviation 6; four of these.
    const rejected = Array.from({ length: 400 }, (_, i) =>
      kolmogorovSmirnov(uniforms(2 * i, 40), uniforms(2 * i + 1, 60)),
    ).filter((p) => p < 0.1).length;
    expect(Math.abs(rejected - 40)).toBeLessThan(24);
    expect(kolmogorovSmirnov(uniforms(1, 200), uniforms(2, 200, 0.3))).toBeLessThan(1e-6);
  });
});
