import { describe, expect, it } from 'vitest';
import { interval } from './statistics.ts';

describe('interval of the mean', () => {
  it('uses Student t: 4.303 standard errors at n = 3', () => {
    const { mean, half, n } = interval([1, 2, 3]);
    expect([mean, n]).toEqual([2, 3]);
    // t(0.975, 2) = 4.302653 from printed tables; the standard error is 1 / sqrt(3).
    expect(half).toBeCloseTo(4.302653 / Math.sqrt(3), 5);
  });
});
