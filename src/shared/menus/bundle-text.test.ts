import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bundleItems, bundleText, bundleTextSchema } from './bundle-text.ts';

it('item j is bit j mod 4 of digit j div 4', () => {
  expect(bundleText(6, (item) => item === 0 || item === 5)).toBe('12');
  expect(bundleItems('12')).toEqual([0, 5]);
  expect(bundleItems('')).toEqual([]);
});

it('every bundle comes back', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(69)), (items) => {
      const text = bundleText(70, (item) => items.includes(item));
      expect(bundleTextSchema.safeParse(text).success).toBe(true);
      expect(bundleItems(text)).toEqual(items.toSorted((a, b) => a - b));
    }),
    { seed: 20261121 },
  );
});
