import { expect, it } from 'vitest';
import { sampleVariance, standardError } from './standard-error.ts';

// 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squares 32; by Python's statistics.variance and stdev.
it('eight numbers', () => {
  expect(sampleVariance(8, 32)).toBeCloseTo(4.571428571428571, 14);
  expect(standardError(8, 32)).toBeCloseTo(0.7559289460184544, 14);
});

it('one number and none have no spread that is known; equal ones have none', () => {
  expect([standardError(1, 0), standardError(0, 0), sampleVariance(1, 0)]).toEqual([NaN, NaN, NaN]);
  expect(standardError(2, 0)).toBe(0);
});
