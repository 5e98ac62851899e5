/** A menu as plain data for scripts: every option with its price and what it gives. */
import type { ExactOption } from '../../../../shared/menus/exact-menu.ts';
import { itemsOf, wordsFor } from '../../buyers/bundle-bits.ts';
import type { Menu } from '../../menus/menu.ts';

export function listedMenu(menu: Menu): readonly ExactOption[] {
  const { allocation, items } = menu;
  return Array.from(menu.prices, (price, k): ExactOption => {
    if (allocation.kind === 'items')
      return { price, shares: [...allocation.shares.subarray(k * items, (k + 1) * items)] };
    const support = allocation.kind === 'lotteries' ? allocation.support : 1;
    const places = Array.from({ length: support }, (_, d) => k * support + d);
    const bundles = places.map((place) => ({
      items: itemsOf(allocation.bundles, place * wordsFor(items), items),
      probability: allocation.kind === 'lotteries' ? allocation.weights[place]! : 1,
    }));
    return { price, bundles: bundles.filter(({ probability }) => probability > 0) };
  });
}
