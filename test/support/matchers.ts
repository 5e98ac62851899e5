/** Matchers for arrays of numbers; loaded by `backend.ts`, so every conformance test has them. */
import { expect } from 'vitest';

type Numbers = ArrayLike<number>;

export interface Tolerance {
  /** Largest |actual - expected| ... */
  readonly absolute?: number;
  /** ... plus this share of |expected|. Both are 0 unless given. */
  readonly relative?: number;
}

interface NumberMatchers<R, T> {
  /** Same length, and every element within the tolerance; equal infinities agree, NaN never does. */
  toBeAllClose(expected: T extends Numbers | undefined ? Numbers : never, tolerance: Tolerance): R;
  /**
   * The sample mean lies within `errors` standard errors of `expected`: two-sided failure rate 6e-5 at 4 errors and 6e-7 at
   * 5, if the numbers are independent draws.
   */
  toHaveMean(expected: T extends Numbers ? number : never, errors: number): R;
  /** Counts of independent draws fit the probabilities (Pearson's chi-square; failure rate at most 1e-6). */
  toFollow(probabilities: T extends Numbers ? Numbers : never): R;
}

declare module 'vitest' {
  interface Matchers<
    R extends void | Promise<void> = void | Promise<void>,
    T = unknown,
  > extends NumberMatchers<R, T> {}
}

expect.extend({
  toBeAllClose(actual: Numbers, expected: Numbers, { absolute = 0, relative = 0 }: Tolerance) {
    if (actual.length !== expected.length) {
      return { pass: false, message: () => `expected ${expected.length} numbers, got ${actual.length}` };
    }
    const far = Array.from(expected, (e, i) => ({ i, e, a: actual[i]! })).filter(
      ({ a, e }) => a !== e && !(Math.abs(a - e) <= absolute + relative * Math.abs(e)),
    );
    const shown = far
      .slice(0, 5)
      .map(({ i, a, e }) => `  [${i}] ${a}, expected ${e}, off by ${Math.abs(a - e)}`);
    return {
      pass: far.length === 0,
      message: () => `${far.length} of ${expected.length} numbers out of tolerance:\n${shown.join('\n')}`,
    };
  },

  toHaveMean(actual: Numbers, expected: number, errors: number) {
    const values = Array.from(actual);
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
    const error = Math.sqrt(variance / values.length);
    return {
      pass: Math.abs(mean - expected) <= errors * error,
      message: () =>
        `mean ${mean} of ${values.length} numbers, expected ${expected}: ${(mean - expected) / error} standard errors`,
    };
  },

  toFollow(counts: Numbers, probabilities: Numbers) {
    const draws = Array.from(counts).reduce((sum, n) => sum + n, 0);
    const cells = Array.from(probabilities, (p, i) => ({ expected: p * draws, observed: counts[i]! }));
    const impossible = cells.find(({ expected, observed }) => expected === 0 && observed > 0);
    if (impossible !== undefined || counts.length !== probabilities.length) {
      return {
        pass: false,
        message: () =>
          `counts ${Array.from(counts).join()} cannot follow ${Array.from(probabilities).join()}`,
      };
    }
    const possible = cells.filter(({ expected }) => expected > 0);
    const statistic = possible.reduce(
      (sum, { expected, observed }) => sum + (observed - expected) ** 2 / expected,
      0,
    );
    const limit = chiSquareLimit(possible.length - 1);
    return {
      pass: statistic <= limit,
      message: () =>
        `chi-square ${statistic} over ${possible.length} cells and ${draws} draws exceeds ${limit}`,
    };
  },
});

/** Exceeded with probability at most 1e-6: 4.75 standard errors in Wilson and Hilferty's approximation. */
function chiSquareLimit(freedom: number): number {
  if (freedom === 0) return 0;
  const spread = 2 / (9 * freedom);
  return freedom * (1 - spread + 4.75 * Math.sqrt(spread)) ** 3;
}
