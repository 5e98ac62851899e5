import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draws } from '../../random/draws.ts';
import { rootKey } from '../../random/key.ts';
import { bestPostedPrice, postedRevenue } from './posted-price.ts';

describe('bestPostedPrice', () => {
  it('is the best of all prices', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 12 }), (values) => {
        const typed = Float64Array.from(values);
        const byPrice = Array.from({ length: 101 }, (_, i) => postedRevenue(typed, i / 2));
        const best = bestPostedPrice(typed);
        expect(best.revenue).toBeCloseTo(Math.max(...byPrice), 12);
        expect(postedRevenue(typed, best.price)).toBeCloseTo(best.revenue, 12);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('finds the price sqrt(2 / 3) of two U[0, 1] items together', () => {
    const random = draws(rootKey(1));
    const sums = Float64Array.from({ length: 200_000 }, () => random.uniform() + random.uniform());
    const { price, revenue } = bestPostedPrice(sums);
    // The curve is flat at its top: the price is less certain than the revenue, whose standard error is 0.0009.
    expect(Math.abs(price - Math.sqrt(2 / 3))).toBeLessThan(0.03);
    expect(Math.abs(revenue - 0.5443310539518174)).toBeLessThan(0.003);
  });
});
