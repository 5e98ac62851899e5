import { describe, expect, it } from 'vitest';
import { MOST_MENU_OPTIONS } from '../../../shared/menus/menu-view.ts';
import type { Bidders } from '../buyers/bidders.ts';
import type { Menu } from './menu.ts';
import { received, viewMenu } from './menu-view.ts';

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
const bundle = (text: string) => ({ kind: 'bundle', bundle: text });

describe('view of a menu', () => {
  it('counts who buys what, by hand', () => {
    // Buyer 0: both 0.25, first 0.5 -> first. Buyers 1 and 2: both (0.25). Buyer 3: nothing.
    expect(viewMenu(menu, { bidders, buyers: Int32Array.from([0, 1, 2, 3]) })).toEqual({
      kind: 'menu',
      items: 2,
      options: 3,
      allocation: 'bundles',
      sales: { buyers: 4, revenue: (0.5 + 0.75 + 0.75) / 4, unsold: 0.25, used: 2 },
      missing: '',
      shown: [
        { option: 0, received: bundle('3'), price: 0.75, share: 0.5, revenue: 0.375 },
        { option: 1, received: bundle('1'), price: 0.5, share: 0.25, revenue: 0.125 },
        { option: 2, received: bundle('2'), price: 2, share: 0, revenue: 0 },
      ],
      map: null,
    });
  });

  it('asks only the buyers it is given', () => {
    const { sales } = viewMenu(menu, { bidders, buyers: Int32Array.from([3]) });
    expect(sales).toMatchObject({ buyers: 1, unsold: 1, used: 0 });
  });

  it('without buyers it shows the menu in its order, and says why', () => {
    const view = viewMenu(menu, 'The file is gone.');
    expect(view).toMatchObject({ sales: null, missing: 'The file is gone.' });
    expect(view.shown.map(({ option, share }) => [option, share])).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
    ]);
  });

  it('a menu that is too long is cut after the most bought', () => {
    const options = MOST_MENU_OPTIONS + 1;
    const prices = new Float64Array(options).fill(2);
    prices[options - 1] = 0.5;
    const bundles = new Uint32Array(options).fill(1);
    const long: Menu = { options, items: 2, prices, allocation: { kind: 'bundles', bundles } };
    const view = viewMenu(long, { bidders, buyers: Int32Array.from([0]) });
    expect(view.shown).toHaveLength(MOST_MENU_OPTIONS);
    expect(view.shown[0]).toMatchObject({ option: options - 1, share: 1 });
  });
});

describe('what the buyer of an option gets', () => {
  const base = { options: 2, items: 2, prices: Float64Array.of(0, 0) };

  it('is a share of every item', () => {
    const shares = Float64Array.of(0, 1, 0.4, 0.6);
    expect(received({ ...base, allocation: { kind: 'items', shares } }, 1)).toEqual({
      kind: 'items',
      shares: [0.4, 0.6],
    });
  });

  it('is a lottery: the likeliest first, equal ones together, impossible ones left out', () => {
    const bundles = Uint32Array.of(0, 0, 0, 0, 0b01, 0b11, 0b01, 0b10);
    const weights = Float64Array.of(1, 0, 0, 0, 0.25, 0.375, 0.375, 0);
    expect(received({ ...base, allocation: { kind: 'lotteries', support: 4, bundles, weights } }, 1)).toEqual(
      {
        kind: 'lottery',
        support: [
          { bundle: '1', weight: 0.625 },
          { bundle: '3', weight: 0.375 },
        ],
      },
    );
  });
});
