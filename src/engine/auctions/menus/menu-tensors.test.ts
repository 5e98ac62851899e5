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
  expect(() => menuFromTensors([])).toThrow(/keeps no menu/);
});
