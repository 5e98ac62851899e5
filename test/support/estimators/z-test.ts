/**
 * Policy for random checks of the estimators: fixed seeds, and at most 20 000 comparisons a backend, two backends. One
 * comparison fails by chance with probability 2.2e-8 (two-sided, 5.6 standard errors), so all of them together with 9e-4.
 */
import { expect } from 'vitest';
import type { Moments } from './sampling.ts';

export const errors = 5.6;

/** By test file: a worker runs several of them. */
const done = new Map<string, number>();

function thisFile(): string {
  return expect.getState().testPath ?? '';
}

/** Comparisons made so far in this test file. */
export function comparisons(): number {
  return done.get(thisFile()) ?? 0;
}

function count(made: number): void {
  done.set(thisFile(), comparisons() + made);
}

/** @param slack what float32 and a quadrature may be off, beside the sampling error */
export function expectMeans(moments: readonly Moments[], expected: readonly number[], slack = 2e-5): void {
  expect(moments).toHaveLength(expected.length);
  count(expected.length);
  const far = moments.flatMap(({ mean, error }, i) =>
    Math.abs(mean - expected[i]!) <= errors * error + slack
      ? []
      : [`[${i}] mean ${mean} +- ${error}, expected ${expected[i]!}`],
  );
  expect(far).toEqual([]);
}

/** @param digits half a unit of the last printed digit of `expected` */
export function expectVariance({ variance, varianceError }: Moments, expected: number, digits: number): void {
  count(1);
  expect(Math.abs(variance - expected)).toBeLessThan(errors * varianceError + digits);
}
