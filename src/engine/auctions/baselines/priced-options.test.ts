import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PricedOptions, fitPrices } from './priced-options.ts';

const OPTIONS = 3;

/** Mean payment by the definition: each buyer takes the best option, the dearer one of equals, or leaves. */
function revenueAt(buyers: readonly (readonly number[])[], prices: readonly number[]): number {
  const payments = buyers.map((values) => {
    const utilities = values.map((value, k) => value - prices[k]!);
    const best = Math.max(0, ...utilities);
    return Math.max(0, ...prices.filter((_, k) => utilities[k] === best));
  });
  return payments.reduce((a, b) => a + b, 0) / buyers.length;
}

const whole = fc.array(fc.nat(8), { minLength: OPTIONS, maxLength: OPTIONS });
const crowd = fc.array(whole, { minLength: 1, maxLength: 6 });
const marketOf = (buyers: readonly (readonly number[])[]) =>
  new PricedOptions(Float64Array.from(buyers.flat()), OPTIONS);

describe('prices of fixed options', () => {
  it('asks the buyers of the definition', () => {
    fc.assert(
      fc.property(crowd, whole, (buyers, prices) => {
        const market = marketOf(buyers);
        market.setPrices(Float64Array.from(prices));
        expect(market.revenue()).toBeCloseTo(revenueAt(buyers, prices), 12);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('improves one price to the best of all prices, the others fixed', () => {
    fc.assert(
      fc.property(crowd, whole, fc.nat(OPTIONS - 1), (buyers, start, k) => {
        const market = marketOf(buyers);
        market.setPrices(Float64Array.from(start));
        market.improve(k);
        // Values and the other prices are whole numbers, and so are all thresholds.
        const all = Array.from({ length: 30 }, (_, price) => revenueAt(buyers, start.with(k, price)));
        expect(market.revenue()).toBeCloseTo(Math.max(...all), 9);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('keeps the best of its starts: each option has a buyer of its own, and both pay all they have', async () => {
    const market = marketOf([
      [4, 0, 0],
      [0, 7, 0],
    ]);
    const starts = [Float64Array.of(9, 9, 9), Float64Array.of(1, 1, 1)];
    const prices = await fitPrices(market, starts, () => Promise.resolve());
    expect([...prices.subarray(0, 2)]).toEqual([4, 7]);
  });
});
