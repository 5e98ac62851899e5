import { describe, expect, it } from 'vitest';
import { MOST_BUYER_OPTIONS } from '../../../shared/menus/buyer-view.ts';
import { xorBidders, type Bidders } from '../buyers/bidders.ts';
import { findBuyers, viewBuyer } from './buyer-view.ts';
import type { Menu } from './menu.ts';

const breathe = () => Promise.resolve();
const additive: Bidders = {
  kind: 'additive',
  items: 2,
  count: 4,
  values: Float32Array.from([1, 0, 0.5, 0.5, 0, 1, 0.25, 0]),
};
/** Both items for 0.75, the first for 0.5. */
const menu: Menu = {
  options: 2,
  items: 2,
  prices: Float64Array.from([0.75, 0.5]),
  allocation: { kind: 'bundles', bundles: Uint32Array.from([0b11, 0b01]) },
};
const both = { option: 0, price: 0.75 };
const first = { option: 1, price: 0.5 };

describe('a buyer before the menu', () => {
  it('values, offers with the best first, what is taken, by hand', () => {
    expect(viewBuyer(menu, additive, 7, 0)).toEqual({
      place: 7,
      bidder: 0,
      values: { kind: 'additive', values: [1, 0] },
      taken: { ...first, value: 1, utility: 0.5 },
      offers: [
        { ...first, value: 1, utility: 0.5 },
        { ...both, value: 1, utility: 0.25 },
      ],
      better: 0,
    });
  });

  it('one who leaves has taken nothing, and nothing would be better', () => {
    expect(viewBuyer(menu, additive, 0, 3)).toMatchObject({ taken: null, better: 0 });
  });

  it('XOR buyers have wanted bundles, the most valued first', () => {
    const xor = xorBidders(6, [
      [
        { items: [1], value: 2 },
        { items: [0, 5], value: 3 },
      ],
    ]);
    const bundles = Uint32Array.from([0b000010, 0b100011]);
    const posted: Menu = { ...menu, items: 6, allocation: { kind: 'bundles', bundles } };
    expect(viewBuyer(posted, xor, 0, 0)).toMatchObject({
      values: {
        kind: 'xor',
        atoms: [
          { bundle: '12', value: 3 },
          { bundle: '20', value: 2 },
        ],
        count: 2,
      },
      taken: { option: 1, value: 3 },
    });
  });

  it('only the best of many offers are sent', () => {
    const options = MOST_BUYER_OPTIONS + 10;
    const prices = Float64Array.from({ length: options }, (_, k) => 1 + k);
    const bundles = new Uint32Array(options).fill(0b11);
    const view = viewBuyer(
      { options, items: 2, prices, allocation: { kind: 'bundles', bundles } },
      additive,
      0,
      0,
    );
    expect(view.offers.map(({ option }) => option)).toEqual(
      Array.from({ length: MOST_BUYER_OPTIONS }, (_, k) => k),
    );
  });
});

describe('buyers of a split', () => {
  const data = {
    bidders: additive,
    split: { train: Int32Array.of(0), validation: Int32Array.of(3, 2, 1), test: Int32Array.of() },
    valueScale: 1,
  };
  const places = async (query: Parameters<typeof findBuyers>[2]) => {
    const { found, next, buyers } = await findBuyers(menu, data, query, breathe);
    return { places: found.map(({ place, bidder }) => [place, bidder]), next, buyers };
  };

  it('come in order from a place, as many as asked for', async () => {
    expect(await places({ split: 'validation', from: 1, only: 'all', limit: 1 })).toEqual({
      places: [[1, 2]],
      next: 2,
      buyers: 3,
    });
    expect(await places({ split: 'validation', from: 1, only: 'all', limit: 9 })).toMatchObject({
      places: [
        [1, 2],
        [2, 1],
      ],
      next: null,
    });
  });

  it('can be those who leave, or those who buy', async () => {
    const all = { split: 'validation', from: 0, limit: 9 } as const;
    expect((await places({ ...all, only: 'leaving' })).places).toEqual([[0, 3]]);
    expect((await places({ ...all, only: 'buying' })).places).toEqual([
      [1, 2],
      [2, 1],
    ]);
  });

  it('may be none', async () => {
    expect(await places({ split: 'test', from: 0, only: 'all', limit: 9 })).toEqual({
      places: [],
      next: null,
      buyers: 0,
    });
  });
});
