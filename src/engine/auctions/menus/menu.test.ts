import { describe, expect, it } from 'vitest';
import { xorBidders, type Bidders } from '../buyers/bidders.ts';
import { evaluateMenu, prefersAnother } from './hard-evaluation.ts';
import { choose, optionValue, type Menu } from './menu.ts';

const itemBidders = (kind: 'additive' | 'unit-demand', rows: readonly number[][]): Bidders => ({
  kind,
  items: rows[0]!.length,
  count: rows.length,
  values: Float32Array.from(rows.flat()),
});
const additive = itemBidders('additive', [
  [2, 4],
  [8, 0],
]);
const unitDemand = itemBidders('unit-demand', [
  [2, 4],
  [8, 0],
]);
/** Buyer 0 wants both items (6) or the first (1), buyer 1 the second (3). */
const xor = xorBidders(2, [
  [
    { items: [0, 1], value: 6 },
    { items: [0], value: 1 },
  ],
  [{ items: [1], value: 3 }],
]);

/** The first item surely and half of the second for 3, a quarter of each for 1. */
const shares: Menu = {
  options: 2,
  items: 2,
  prices: Float64Array.of(3, 1),
  allocation: { kind: 'items', shares: Float64Array.of(1, 0.5, 0.25, 0.25) },
};
/** Both items with probability 1/4, the first with 3/4, for 2; the second surely (and nothing else never) for 1. */
const lotteries: Menu = {
  options: 2,
  items: 2,
  prices: Float64Array.of(2, 1),
  allocation: {
    kind: 'lotteries',
    support: 2,
    bundles: Uint32Array.of(0b11, 0b01, 0b10, 0b11),
    weights: Float64Array.of(0.25, 0.75, 1, 0),
  },
};

const values = (bidders: Bidders, menu: Menu) =>
  Array.from({ length: bidders.count }, (_, n) =>
    Array.from({ length: menu.options }, (__, k) => optionValue(bidders, n, menu, k)),
  );

describe('what an option is worth, by hand', () => {
  it('shares of items', () => {
    const expected = [
      [2 + 0.5 * 4, 0.25 * 6],
      [8, 2],
    ];
    expect(values(additive, shares)).toEqual(expected);
    // One item is drawn: the same sum, as each probability is that of getting just this item.
    expect(values(unitDemand, shares)).toEqual(expected);
  });

  it('lotteries over bundles', () => {
    expect(values(additive, lotteries)).toEqual([
      [0.25 * 6 + 0.75 * 2, 4],
      [8, 0],
    ]);
    expect(values(unitDemand, lotteries)).toEqual([
      [0.25 * 4 + 0.75 * 2, 4],
      [8, 0],
    ]);
    expect(values(xor, lotteries)).toEqual([
      [0.25 * 6 + 0.75 * 1, 0],
      [0.25 * 3, 3],
    ]);
  });

  it('a lottery of one bundle is the bundle, beyond 32 items too', () => {
    const far = xorBidders(40, [[{ items: [1, 39], value: 5 }]]);
    const bundles = Uint32Array.of(0b10, 0, 0b10, 1 << 7);
    const base = { options: 2, items: 40, prices: Float64Array.of(1, 1) };
    const weights = Float64Array.of(1, 1);
    expect(values(far, { ...base, allocation: { kind: 'bundles', bundles } })).toEqual([[0, 5]]);
    expect(values(far, { ...base, allocation: { kind: 'lotteries', support: 1, bundles, weights } })).toEqual(
      [[0, 5]],
    );
  });

  it('refuses shares of items for XOR buyers', () => {
    expect(() => optionValue(xor, 0, shares, 0)).toThrow(
      /allocation: expected bundles or lotteries .* found items/,
    );
  });
});

describe('what a buyer chooses, by hand', () => {
  it('from shares: utilities [1, 0.5] and [5, 1]', () => {
    expect(choose(additive, 0, shares)).toEqual({ option: 0, payment: 3, value: 4 });
    expect(choose(additive, 1, shares)).toEqual({ option: 0, payment: 3, value: 8 });
  });

  it('from lotteries: utilities [0.25, -1] and [-1.25, 2]', () => {
    expect(choose(xor, 0, lotteries)).toEqual({ option: 0, payment: 2, value: 2.25 });
    expect(choose(xor, 1, lotteries)).toEqual({ option: 1, payment: 1, value: 3 });
    expect(evaluateMenu(xor, Int32Array.of(0, 1), lotteries)).toEqual({
      revenue: 1.5,
      standardError: expect.closeTo(0.5, 12) as number,
      welfare: 2.625,
      irViolations: 0,
      optionsUsed: 1,
      sold: 1,
      payments: Float64Array.of(2, 1),
      sizes: Float64Array.of(1.25, 1),
    });
    expect([prefersAnother(xor, 0, lotteries, 0), prefersAnother(xor, 0, lotteries, 1)]).toEqual([
      false,
      true,
    ]);
  });
});
