/** Menus of every kind for tests over many of them. */
import fc from 'fast-check';
import { addItem, wordsFor } from '../../../src/engine/auctions/buyers/bundle-bits.ts';
import type { Menu } from '../../../src/engine/auctions/menus/menu.ts';

const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });

/** 1 to 70 items, 1 to 6 options. */
export const arbitraryMenu: fc.Arbitrary<Menu> = fc
  .record({
    items: fc.integer({ min: 1, max: 70 }),
    options: fc.integer({ min: 1, max: 6 }),
    support: fc.integer({ min: 1, max: 4 }),
    kind: fc.constantFrom('bundles', 'items', 'lotteries'),
  })
  .chain(({ items, options, support, kind }) => {
    const list = <T>(one: fc.Arbitrary<T>, length: number) =>
      fc.array(one, { minLength: length, maxLength: length });
    return fc
      .record({
        prices: list(amount, options),
        shares: list(share, options * items),
        drawn: list(fc.uniqueArray(fc.nat(items - 1)), options * support),
        raw: list(fc.integer({ min: 1, max: 1000 }), options * support),
      })
      .map(({ prices, shares, drawn, raw }): Menu => {
        const base = { items, options, prices: Float64Array.from(prices) };
        if (kind === 'items') return { ...base, allocation: { kind, shares: Float64Array.from(shares) } };
        const used = kind === 'bundles' ? 1 : support;
        const bundles = new Uint32Array(options * used * wordsFor(items));
        for (let b = 0; b < options * used; b++) {
          for (const item of drawn[b] ?? []) addItem(bundles, b * wordsFor(items), item);
        }
        if (kind === 'bundles') return { ...base, allocation: { kind, bundles } };
        const sums = Array.from({ length: options }, (_, k) =>
          raw.slice(k * used, (k + 1) * used).reduce((sum, weight) => sum + weight, 0),
        );
        const weights = Float64Array.from(
          { length: options * used },
          (_, i) => raw[i]! / sums[Math.floor(i / used)]!,
        );
        return { ...base, allocation: { kind: 'lotteries', support: used, bundles, weights } };
      });
  });
