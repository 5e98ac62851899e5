import { describe, expect, it } from 'vitest';
import { halfWidth, interval } from './interval.ts';

/**
 * Upper critical values of Student's t at 0.975 by degrees of freedom.
 * Source: NIST/SEMATECH e-Handbook of Statistical Methods, table 1.3.6.7.2.
 */
const CRITICAL = [
  [1, 12.706],
  [2, 4.303],
  [3, 3.182],
  [4, 2.776],
  [5, 2.571],
  [9, 2.262],
  [19, 2.093],
  [29, 2.045],
  [99, 1.984],
] as const;

describe('interval of the mean', () => {
  it.each(CRITICAL)(
    'with %d degrees of freedom it is %d standard errors wide on either side',
    (df, critical) => {
      const n = df + 1;
      // A standard error of 1: the variance is n, so the squares add up to n (n - 1).
      expect(halfWidth(n, n * (n - 1))).toBeCloseTo(critical, 3);
    },
  );

  it('agrees with a published example', () => {
    // NIST/SEMATECH e-Handbook, 1.3.5.2, ZARR13.DAT: n 195, mean 9.261460, s 0.022789, interval 9.258242 to 9.264679.
    const half = halfWidth(195, 0.022789 ** 2 * 194);
    expect(9.26146 - half).toBeCloseTo(9.258242, 5);
    expect(9.26146 + half).toBeCloseTo(9.264679, 5);
  });

  it('takes the squares from the mean of the values', () => {
    const { mean, half, n } = interval([1, 2, 3]);
    expect([mean, n]).toEqual([2, 3]);
    expect(half).toBeCloseTo(4.303 / Math.sqrt(3), 3);
  });

  it('has no width for one value', () => {
    expect(interval([7])).toEqual({ mean: 7, half: Number.NaN, n: 1 });
  });
});
