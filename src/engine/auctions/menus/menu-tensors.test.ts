import fc from 'fast-check';
import { expect, it } from 'vitest';
import { arbitraryMenu } from '../../../../test/support/menus/arbitrary-menu.ts';
import { menuFromTensors, menuTensors } from './menu-tensors.ts';

it('every menu comes back, its numbers to 47 bits', () => {
  fc.assert(
    fc.property(arbitraryMenu, (menu) => {
      const back = menuFromTensors(menuTensors(menu));
      expect({ ...back, prices: [], allocation: back.allocation.kind }).toEqual({
        ...menu,
        prices: [],
        allocation: menu.allocation.kind,
      });
      const close = (found: Float64Array, wanted: Float64Array) => {
        expect(found.length).toBe(wanted.length);
        found.forEach((value, i) => {
          // Below 2^-126 floats have fewer bits.
          expect(Math.abs(value - wanted[i]!)).toBeLessThanOrEqual(2 ** -47 * wanted[i]! + 2 ** -140);
        });
      };
      close(back.prices, menu.prices);
      if (back.allocation.kind === 'items' && menu.allocation.kind === 'items')
        close(back.allocation.shares, menu.allocation.shares);
      if (back.allocation.kind === 'bundles' && menu.allocation.kind === 'bundles')
        expect(back.allocation.bundles).toEqual(menu.allocation.bundles);
      if (back.allocation.kind === 'lotteries' && menu.allocation.kind === 'lotteries') {
        expect(back.allocation.support).toBe(menu.allocation.support);
        expect(back.allocation.bundles).toEqual(menu.allocation.bundles);
        close(back.allocation.weights, menu.allocation.weights);
      }
    }),
    { seed: 20261121 },
  );
});

it('tensors are finite floats of the shape that they name', () => {
  fc.assert(
    fc.property(arbitraryMenu, (menu) => {
      for (const { shape, data } of menuTensors(menu)) {
        expect(data.length).toBe(shape.reduce((product, size) => product * size, 1));
        expect(data.every(Number.isFinite)).toBe(true);
      }
    }),
    { seed: 20261122 },
  );
});

it('other tensors are refused', () => {
  expect(() => menuFromTensors([])).toThrow(/has no usable menu/);
});

const bundles = { kind: 'bundles', bundles: Uint32Array.of(1, 2) } as const;
const small = menuTensors({ items: 2, options: 2, prices: Float64Array.of(1, 2), allocation: bundles });
const shares = { kind: 'items', shares: Float64Array.of(0, 1, 1, 0) } as const;
const ofItems = menuTensors({ items: 2, options: 2, prices: Float64Array.of(1, 2), allocation: shares });

/** `tensors` with another one in the place of that of its name. */
function changed(tensors: typeof small, name: string, shape: number[], data: number[]): typeof small {
  return tensors.map((tensor) =>
    tensor.name === name ? { name, shape, data: Float32Array.from(data) } : tensor,
  );
}

it.each([
  ['no items', changed(small, 'items', [1], [0]), /outcome\/items: .*from 1 to 65536, found 0/],
  ['half an item', changed(small, 'items', [1], [1.5]), /found 1.5/],
  ['NaN items', changed(small, 'items', [1], [Number.NaN]), /found NaN/],
  ['endless items', changed(small, 'items', [1], [Infinity]), /found Infinity/],
  [
    'other items than its bundles',
    changed(small, 'items', [1], [40]),
    /outcome\/bundles: expected shape \[2, 3\]/,
  ],
  ['no options', changed(small, 'prices', [2, 0], []), /outcome\/prices: expected 1 to 1000000 options/],
  ['more prices than options', changed(small, 'prices', [2, 3], [1, 1, 1, 1, 1, 1]), /outcome\/bundles/],
  ['a shape that its numbers do not fill', changed(small, 'prices', [2, 2], [1]), /outcome\/prices/],
  ['an endless price', changed(small, 'prices', [2, 2], [1, Infinity, 0, 0]), /outcome\/prices: .*Infinity/],
  ['a price that is no number', changed(small, 'prices', [2, 2], [Number.NaN, 1, 0, 0]), /found NaN/],
  ['a price beyond money', changed(small, 'prices', [2, 2], [3e38, 1, 0, 0]), /at most 1e\+30/],
  ['a share of 2', changed(ofItems, 'shares', [2, 2, 2], [2, 0, 0, 1, 0, 0, 0, 0]), /outcome\/shares/],
])('a menu of %s is refused by name, and no loop runs to what a file claims', (_, tensors, reason) => {
  expect(() => menuFromTensors(tensors)).toThrow(reason);
});
