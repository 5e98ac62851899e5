import { describe, expect, it } from 'vitest';
import { everyone, spreadBidders } from '../../../../test/support/auctions/spread-bidders.ts';
import { xorBidders } from '../buyers/bidders.ts';
import { fitSizePrices, sizePriceRevenue } from './size-prices.ts';

const breathe = () => Promise.resolve();

describe('prices per size, by hand', () => {
  const prices = Float64Array.of(2, 3);

  it('additive buyers take their best items, unit-demand buyers one', () => {
    const values = Float32Array.of(3, 1, 0.5, 1, 5, 4);
    const additive = { kind: 'additive', items: 2, count: 3, values } as const;
    // Utilities of one and of two items: (1, 1), (-1, -1.5), (3, 6): the first is indifferent and takes the dearer.
    expect(sizePriceRevenue(additive, everyone(additive), prices)).toBe((3 + 0 + 3) / 3);
    const unitDemand = { ...additive, kind: 'unit-demand' } as const;
    expect(sizePriceRevenue(unitDemand, everyone(unitDemand), prices)).toBe((2 + 0 + 2) / 3);
  });

  it('XOR buyers pay for as many items as an atom has', () => {
    const bidders = xorBidders(2, [
      [
        { items: [0], value: 2.5 },
        { items: [0, 1], value: 4 },
      ],
      [{ items: [1], value: 2.5 }],
    ]);
    expect(sizePriceRevenue(bidders, everyone(bidders), prices)).toBe((3 + 2) / 2);
  });
});

describe('the best prices per size', () => {
  // Fitted to 5000 buyers spread over [0, 1]^m: what the search misses of the optimum is below 0.5 %.
  it.each([
    { kind: 'additive', items: 2, exact: (12 + 2 * Math.SQRT2) / 27 },
    { kind: 'additive', items: 3, exact: 0.87546 },
    { kind: 'unit-demand', items: 2, exact: 2 / (3 * Math.sqrt(3)) },
  ] as const)('are optimal for $items $kind items U[0, 1]', async ({ kind, items, exact }) => {
    const bidders = spreadBidders(kind, items, 60_000);
    const prices = await fitSizePrices(bidders, everyone(bidders), breathe);
    const revenue = sizePriceRevenue(bidders, everyone(bidders), prices);
    expect(revenue).toBeGreaterThan(0.995 * exact);
    expect(revenue).toBeLessThan(exact + 1e-3);
  });

  it('earn at least the best bundle price on the buyers that they were fitted to', async () => {
    const bidders = xorBidders(3, [
      [{ items: [0, 1, 2], value: 10 }],
      [{ items: [0], value: 1 }],
      [{ items: [0, 2], value: 9 }],
    ]);
    const prices = await fitSizePrices(bidders, everyone(bidders), breathe);
    // 10, 9 and 1 are all paid: three sizes, three prices.
    expect(sizePriceRevenue(bidders, everyone(bidders), prices)).toBeCloseTo(20 / 3, 9);
  });
});
