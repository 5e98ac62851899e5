import { describe, expect, it } from 'vitest';
import { everyone, spreadBidders } from '../../../../test/support/auctions/spread-bidders.ts';
import { sizePriceRevenue } from './size-prices.ts';
import { straightJacketPrices } from './straight-jacket.ts';

/** Prices by number of items and revenue, from an independent computation with an error of 2e-4. */
const table: readonly (readonly [items: number, revenue: number, prices: readonly number[]])[] = [
  [2, 0.5492, [0.6667, 0.8619]],
  [3, 0.87546, [0.75, 1.14645, 1.2257]],
  [4, 1.21953, [0.8, 1.3172, 1.5806, 1.6006]],
  [5, 1.5764, [0.8333, 1.431, 1.8171, 2.0004, 1.9857]],
  [6, 1.94325, [0.8571, 1.5123, 1.986, 2.2859, 2.4166, 2.3773]],
];

describe.each(table)('the straight-jacket auction of %i items', (items, revenue, published) => {
  const prices = straightJacketPrices(items);
  const bidders = spreadBidders('additive', items, 2 ** 17);

  it('has the prices of the equations', () => {
    expect(prices[0]).toBeCloseTo(items / (items + 1), 8);
    // The area of { x + y <= p_2 } in [0, p_1]^2 is 1 - 2 / (m + 1) for p_2 = (2 m - sqrt 2) / (m + 1).
    expect(prices[1]).toBeCloseTo((2 * items - Math.SQRT2) / (items + 1), 8);
    published.forEach((price, r) => expect(Math.abs(prices[r]! - price)).toBeLessThan(3e-4));
  });

  it('earns the published revenue and sells nothing to one buyer in m + 1', () => {
    expect(Math.abs(sizePriceRevenue(bidders, everyone(bidders), prices) - revenue)).toBeLessThan(1e-3);
    // Paying 1 whatever is bought: the mean is the share of the buyers who buy.
    let leaving = 0;
    for (let n = 0; n < bidders.count; n++) {
      const values = bidders.values
        .slice(n * items, (n + 1) * items)
        .sort()
        .reverse();
      let sum = 0;
      if (values.every((value, j) => (sum += value) <= prices[j]!)) leaving += 1;
    }
    expect(Math.abs(leaving / bidders.count - 1 / (items + 1))).toBeLessThan(1e-3);
  });
});
