import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rootKey } from '../../random/key.ts';
import { fillUniform } from '../../random/fill.ts';
import { xorBidders, type Atom, type ItemBidders } from '../buyers/bidders.ts';
import { AtomMarket, fitItemPrices } from './fit-item-prices.ts';
import { fittedItemPrices, itemPriceRevenue } from './item-prices.ts';

const breathe = () => Promise.resolve();
const range = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);

function uniformBidders(kind: ItemBidders['kind'], items: number, count: number): ItemBidders {
  const values = new Float32Array(count * items);
  fillUniform(rootKey(3), values);
  return { kind, items, count, values };
}

/** Mean payment by the definition: each buyer takes the best atom, the dearer one of equals, or leaves. */
function revenueAt(buyers: readonly (readonly Atom[])[], prices: readonly number[]): number {
  const payments = buyers.map((own) => {
    const offers = own.map(({ items, value }) => {
      const price = items.reduce((sum, j) => sum + prices[j]!, 0);
      return { price, utility: value - price };
    });
    const best = Math.max(0, ...offers.map(({ utility }) => utility));
    return Math.max(0, ...offers.filter(({ utility }) => utility === best).map(({ price }) => price));
  });
  return payments.reduce((a, b) => a + b, 0) / buyers.length;
}

const atom = fc
  .tuple(fc.integer({ min: 1, max: 7 }), fc.nat(8))
  .map(([bundle, value]): Atom => ({ items: [0, 1, 2].filter((j) => (bundle >> j) & 1), value }));
const crowd = fc.array(fc.array(atom, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 });

describe('item prices', () => {
  it('asks the buyers of the definition', () => {
    fc.assert(
      fc.property(crowd, fc.array(fc.nat(8), { minLength: 3, maxLength: 3 }), (buyers, prices) => {
        const market = new AtomMarket(xorBidders(3, buyers), range(0, buyers.length));
        market.setPrices(Float64Array.from(prices));
        expect(market.revenue()).toBeCloseTo(revenueAt(buyers, prices), 12);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('improves one price to the best of all prices, the others fixed', () => {
    const prices = fc.array(fc.nat(8), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(crowd, prices, fc.nat(2), (buyers, start, j) => {
        const market = new AtomMarket(xorBidders(3, buyers), range(0, buyers.length));
        market.setPrices(Float64Array.from(start));
        market.improve(j);
        // Values and the other prices are whole numbers, and so are all thresholds.
        const all = Array.from({ length: 30 }, (_, price) => revenueAt(buyers, start.with(j, price)));
        expect(market.revenue()).toBeCloseTo(Math.max(...all), 9);
        expect(revenueAt(buyers, [...market.prices])).toBeCloseTo(market.revenue(), 9);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('comes close to the best prices of small crowds, found by trying all', async () => {
    let found = 0;
    let possible = 0;
    for (const buyers of fc.sample(crowd, { seed: 5, numRuns: 40 })) {
      const market = new AtomMarket(xorBidders(3, buyers), range(0, buyers.length));
      market.setPrices(await fitItemPrices(market, breathe));
      let best = 0;
      for (let p = 0; p < 729; p++) {
        best = Math.max(best, revenueAt(buyers, [p % 9, Math.floor(p / 9) % 9, Math.floor(p / 81)]));
      }
      expect(market.revenue()).toBeLessThan(best + 1e-9);
      found += market.revenue();
      possible += best;
    }
    // 0.968 as measured: coordinate ascent has local maxima, most of all with six buyers.
    expect(found / possible).toBeGreaterThan(0.95);
  });

  // Standard error of the revenue on 50 000 test buyers: 0.0016 (additive), 0.0012 (unit-demand).
  it.each([
    ['additive', 0.5],
    ['unit-demand', 0.3849002],
  ] as const)('%s, two items U[0, 1]: %f', async (kind, exact) => {
    const bidders = uniformBidders(kind, 2, 100_000);
    const train = kind === 'additive' ? range(0, 50_000) : range(0, 5000);
    const prices = await fittedItemPrices(bidders, train, breathe);
    const revenue = itemPriceRevenue(bidders, range(50_000, 100_000), prices);
    expect(Math.abs(revenue - exact)).toBeLessThan(0.005);
  });

  it('fits to the training buyers and asks the test buyers', async () => {
    const bidders = xorBidders(
      1,
      [2, 2, 3, 1].map((value) => [{ items: [0], value }]),
    );
    const prices = await fittedItemPrices(bidders, range(0, 2), breathe);
    expect(itemPriceRevenue(bidders, range(2, 4), prices)).toBe(1);
  });

  it('lets the host cancel', async () => {
    const bidders = uniformBidders('unit-demand', 2, 10);
    const cancelled = fittedItemPrices(bidders, range(0, 5), () => Promise.reject(new Error('cancelled')));
    await expect(cancelled).rejects.toThrow('cancelled');
  });
});
