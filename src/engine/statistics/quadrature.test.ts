/** Integrals against their closed forms. */
import { describe, expect, it } from 'vitest';
import { integrate } from './quadrature.ts';

const one = (f: (x: number) => number, breaks: readonly number[], tolerance = 1e-10) => {
  const { values, magnitudes, error } = integrate((x) => [f(x)], 1, breaks, tolerance);
  return { value: values[0]!, magnitude: magnitudes[0]!, error };
};

describe('integrals', () => {
  // Kronrod's rule of 15 nodes is exact up to degree 22 (QUADPACK, 1983, section 2.2.1): one panel is enough.
  it('of a polynomial of degree 22 are exact', () => {
    expect(one((x) => 23 * x ** 22, [0, 2], Infinity).value / 2 ** 23).toBeCloseTo(1, 13);
  });

  it.each<[string, (x: number) => number, number[], number]>([
    // sqrt(pi) erf(3)
    ['a bell', (x) => Math.exp(-x * x), [-3, 3], 1.7724146965190422],
    ['a kink', (x) => Math.abs(x - 1 / 3), [0, 1], 5 / 18],
    ['a jump', (x) => (x < 1 / Math.PI ? 1 : 0), [0, 1], 1 / Math.PI],
    ['a wave, in panels that are given', (x) => Math.sin(x), [0, 1, 2, Math.PI], 2],
    ['a pole that has an area', (x) => 1 / Math.sqrt(x), [0, 1], 2],
  ])('of %s', (_name, f, breaks, expected) => {
    const { value, error } = one(f, breaks);
    expect(error).toBeLessThanOrEqual(1e-10);
    expect(value).toBeCloseTo(expected, 8);
  });

  it('come with those of the absolute values, by which errors are measured', () => {
    const { value, magnitude } = one((x) => Math.sin(x), [-Math.PI, 0, Math.PI]);
    expect(value).toBeCloseTo(0, 12);
    expect(magnitude).toBeCloseTo(4, 12);
  });

  it('of several functions are found at once, in one array that is used again', () => {
    const shared = new Float64Array(2);
    const { values } = integrate(
      (x) => {
        shared.set([x, x * x]);
        return shared;
      },
      2,
      [0, 3],
      1e-12,
    );
    expect([...values]).toEqual([expect.closeTo(4.5, 12), expect.closeTo(9, 12)]);
  });

  it('of what is not a number say so in their error', () => {
    expect(one((x) => (x > 0.5 ? Number.NaN : 1), [0, 1]).error).toBeNaN();
  });
});
