import { describe, expect, it } from 'vitest';
import { xorBidders } from '../buyers/bidders.ts';
import { evaluateElsewhere } from './menu-evaluation.ts';
import type { Menu } from './menu.ts';

const breathe = () => Promise.resolve();

/** Item 0 for 2, both for 5. */
const menu: Menu = {
  options: 2,
  items: 2,
  prices: Float64Array.of(2, 5),
  allocation: { kind: 'bundles', bundles: Uint32Array.of(0b01, 0b11) },
};
/** Values of item 0 and of both. */
const buyers = (values: readonly (readonly [number, number])[]) =>
  xorBidders(
    2,
    values.map(([first, both]) => [
      { items: [0], value: first },
      { items: [0, 1], value: both },
    ]),
  );
const asked = buyers([
  [3, 4],
  [3, 9],
  [1, 2],
  [2, 5],
]);

describe('a menu before other buyers', () => {
  it('earns what its buyers pay, by hand', async () => {
    // They pay 2, 5, nothing, and of two that leave nothing the dearer, 5.
    const { menu: sold, ...rest } = await evaluateElsewhere(menu, asked, 'none here.', breathe);
    expect(sold).toMatchObject({
      revenue: { mean: 3 },
      welfare: { mean: (3 + 9 + 5) / 4 },
      sold: 0.75,
      used: 2,
      irViolations: 0,
      dsicViolations: 0,
    });
    // Payments 2, 5, 0, 5: squared differences from 3 are 1, 4, 9, 4.
    expect(sold.revenue.standardError).toBeCloseTo(Math.sqrt(18 / 3 / 4), 12);
    expect(rest).toEqual({ buyers: 4, items: 2, options: 2, posted: null, notes: ['none here.'] });
  });

  it('stands beside prices that were fitted on other buyers', async () => {
    const train = buyers([
      [4, 4],
      [4, 4],
      [1, 2],
    ]);
    const fitted = { bidders: train, buyers: Int32Array.of(0, 1, 2) };
    const { posted } = await evaluateElsewhere(menu, asked, fitted, breathe);
    // The best bundle price on the training buyers is 4 (2/3 of 4 against 2): 4 is what three of the four pay.
    expect(posted?.bundlePrice).toMatchObject({
      revenue: { mean: 3 },
      welfare: { mean: (4 + 9 + 5) / 4 },
      sold: 0.75,
      ratio: { mean: 1 },
    });
    // Payments 2, 5, 0, 5 against 4, 4, 0, 4: differences -2, 1, 0, 1 in units of their mean, 3.
    expect(posted?.bundlePrice.ratio?.standardError).toBeCloseTo(Math.sqrt(6 / 3 / 4) / 3, 12);
    const { revenue, welfare } = posted?.itemPrices ?? {};
    expect(revenue?.mean).toBeGreaterThan(0);
    expect(revenue?.mean).toBeLessThanOrEqual(welfare?.mean ?? NaN);
  });

  it('stands beside a price for each number of items', async () => {
    // Only 3 for one item and 7 for two take all that these two are willing to pay.
    const train = buyers([
      [3, 3],
      [1, 7],
    ]);
    const { posted } = await evaluateElsewhere(
      menu,
      asked,
      { bidders: train, buyers: Int32Array.of(0, 1) },
      breathe,
    );
    // The first is indifferent between one item and leaving, and buys: payments 3, 7, 0, 0.
    expect(posted?.sizePrices).toMatchObject({
      revenue: { mean: 2.5 },
      welfare: { mean: (3 + 9) / 4 },
      sold: 0.5,
      ratio: { mean: 3 / 2.5 },
    });
  });

  it('prices that nobody pays have no ratio', async () => {
    const rich = { bidders: buyers([[100, 100]]), buyers: Int32Array.of(0) };
    const { posted } = await evaluateElsewhere(menu, asked, rich, breathe);
    expect(posted?.bundlePrice).toMatchObject({ revenue: { mean: 0 }, ratio: null, sold: 0 });
  });

  it('buyers of other items are refused', async () => {
    const other = xorBidders(3, [[{ items: [2], value: 1 }]]);
    await expect(evaluateElsewhere(menu, other, '', breathe)).rejects.toThrow(
      'the menu sells 2 items, but these buyers value 3; choose buyers of 2 items',
    );
  });

  it('of a single buyer there is no standard error', async () => {
    const { menu: sold } = await evaluateElsewhere(menu, buyers([[3, 4]]), '', breathe);
    expect(sold.revenue).toEqual({ mean: 2, standardError: null });
  });
});
