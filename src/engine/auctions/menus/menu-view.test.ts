import { describe, expect, it } from 'vitest';
import type { Bidders } from '../buyers/bidders.ts';
import type { Menu } from './menu.ts';
import { viewMenu } from './menu-view.ts';

/** Four additive buyers over two items. */
const bidders: Bidders = {
  kind: 'additive',
  items: 2,
  count: 4,
  values: Float32Array.from([1, 0, 0.5, 0.5, 0, 1, 0.25, 0]),
};
/** Both items for 0.75, the first for 0.5, the second for 2. */
const menu: Menu = {
  options: 3,
  items: 2,
  prices: Float64Array.from([0.75, 0.5, 2]),
  allocation: { kind: 'bundles', bundles: Uint32Array.from([0b11, 0b01, 0b10]) },
};

describe('view of a menu', () => {
  it('counts who buys what, by hand', () => {
    // Buyer 0: both 0.25, first 0.5 -> first. Buyers 1 and 2: both (0.25). Buyer 3: nothing.
    expect(viewMenu(bidders, Int32Array.from([0, 1, 2, 3]), menu)).toEqual({
      kind: 'menu',
      items: 2,
      options: 3,
      buyers: 4,
      revenue: (0.5 + 0.75 + 0.75) / 4,
      unsold: 0.25,
      used: 2,
      shown: [
        { option: 0, items: [0, 1], price: 0.75, share: 0.5, revenue: 0.375 },
        { option: 1, items: [0], price: 0.5, share: 0.25, revenue: 0.125 },
        { option: 2, items: [1], price: 2, share: 0, revenue: 0 },
      ],
    });
  });

  it('shows the likely items of shares and lotteries', () => {
    const base = { options: 1, items: 2, prices: Float64Array.of(0) };
    const shown = (allocation: Menu['allocation']) =>
      viewMenu(bidders, Int32Array.of(0), { ...base, allocation }).shown[0]!.items;
    expect(shown({ kind: 'items', shares: Float64Array.of(0.4, 0.6) })).toEqual([1]);
    const bundles = Uint32Array.of(0b01, 0b11);
    const weights = Float64Array.of(0.3, 0.7);
    expect(shown({ kind: 'lotteries', support: 2, bundles, weights })).toEqual([0, 1]);
  });

  it('asks only the buyers it is given', () => {
    expect(viewMenu(bidders, Int32Array.from([3]), menu)).toMatchObject({ buyers: 1, unsold: 1, used: 0 });
  });
});
