import { describe, expect, it } from 'vitest';
import { gumbelSurvival } from './top-k.ts';

/** Fixed point with 80 decimal digits. */
const ONE = 10n ** 80n;

/** e^y by its series, y in fixed point. */
function exponential(y: bigint): bigint {
  let sum = 0n;
  let term = ONE;
  for (let n = 1n; term !== 0n; n++) {
    sum += term;
    term = (term * y) / ONE / n;
  }
  return sum;
}

describe('gumbelSurvival', () => {
  it.each([-3, 0, 1, 10, 20, 40])('at x = %i has every digit of a series in 80 digits', (x) => {
    const y = x >= 0 ? (ONE * ONE) / exponential(BigInt(x) * ONE) : exponential(BigInt(-x) * ONE);
    const exact = Number(ONE - (ONE * ONE) / exponential(y)) / Number(ONE);
    expect(Math.abs(gumbelSurvival(x) / exact - 1)).toBeLessThan(4 * Number.EPSILON);
  });
});
