/** A menu as the people who sell and buy from it would look at it: which options are bought, by how many, for how much. */
import { MOST_MENU_OPTIONS, type MenuView } from '../../../shared/domain-view.ts';
import type { Bidders } from '../buyers/bidders.ts';
import { itemsOf, wordsFor } from '../buyers/bundle-bits.ts';
import { choose, type Menu, type MenuAllocation } from './menu.ts';

/** @param buyers numbers of the buyers asked */
export function viewMenu(bidders: Bidders, buyers: Int32Array, menu: Menu): MenuView {
  const sales = new Float64Array(menu.options);
  let revenue = 0;
  let unsold = 0;
  for (const n of buyers) {
    const { option, payment } = choose(bidders, n, menu);
    revenue += payment;
    if (option < 0) unsold += 1;
    else sales[option] = sales[option]! + 1;
  }
  const ranked = Array.from(sales.keys()).sort((a, b) => sales[b]! - sales[a]! || a - b);
  return {
    kind: 'menu',
    items: bidders.items,
    options: menu.options,
    buyers: buyers.length,
    revenue: revenue / buyers.length,
    unsold: unsold / buyers.length,
    used: sales.filter((count) => count > 0).length,
    shown: ranked.slice(0, MOST_MENU_OPTIONS).map((option) => {
      const price = menu.prices[option]!;
      const share = sales[option]! / buyers.length;
      return {
        option,
        items: likelyItems(menu.allocation, option, menu.items),
        price,
        share,
        revenue: share * price,
      };
    }),
  };
}

/** The bundle; of a lottery the likeliest bundle; of shares the items with a share of 1/2 or more. */
function likelyItems(allocation: MenuAllocation, option: number, items: number): number[] {
  const words = wordsFor(items);
  switch (allocation.kind) {
    case 'bundles':
      return itemsOf(allocation.bundles, option * words, items);
    case 'items':
      return Array.from({ length: items }, (_, j) => j).filter(
        (j) => allocation.shares[option * items + j]! >= 0.5,
      );
    case 'lotteries': {
      const { support, weights, bundles } = allocation;
      const own = weights.subarray(option * support, (option + 1) * support);
      const likeliest = option * support + own.indexOf(Math.max(...own));
      return itemsOf(bundles, likeliest * words, items);
    }
  }
}
