/** A menu as the people who sell and buy from it would look at it: which options are bought, by how many, for how much. */
import { bundleText } from '../../../shared/menus/bundle-text.ts';
import {
  MOST_MENU_NUMBERS,
  MOST_MENU_OPTIONS,
  type MenuView,
  type Received,
} from '../../../shared/menus/menu-view.ts';
import type { RegionMap } from '../../../shared/region-map.ts';
import type { Bidders } from '../buyers/bidders.ts';
import { hasItem, wordsFor } from '../buyers/bundle-bits.ts';
import { choose, type LotteryAllocation, type Menu } from './menu.ts';

export interface AskedBuyers {
  readonly bidders: Bidders;
  /** Numbers of the buyers asked. */
  readonly buyers: Int32Array;
}

/** @param asked who is asked, or one sentence why nobody can be */
export function viewMenu(menu: Menu, asked: AskedBuyers | string, map: RegionMap | null = null): MenuView {
  const { bought, sales } = typeof asked === 'string' ? unsold(menu) : sell(menu, asked);
  const ranked = Array.from(bought.keys()).sort((a, b) => bought[b]! - bought[a]! || a - b);
  return {
    kind: 'menu',
    items: menu.items,
    options: menu.options,
    allocation: menu.allocation.kind,
    sales,
    missing: typeof asked === 'string' ? asked : '',
    shown: ranked.slice(0, mostShown(menu)).map((option) => {
      const price = menu.prices[option]!;
      const share = sales === null ? 0 : bought[option]! / sales.buyers;
      return { option, price, received: received(menu, option), share, revenue: share * price };
    }),
    map,
  };
}

function unsold(menu: Menu): { bought: Float64Array; sales: null } {
  return { bought: new Float64Array(menu.options), sales: null };
}

function sell(
  menu: Menu,
  { bidders, buyers }: AskedBuyers,
): { bought: Float64Array; sales: MenuView['sales'] } {
  const bought = new Float64Array(menu.options);
  let revenue = 0;
  let leaving = 0;
  for (const n of buyers) {
    const { option, payment } = choose(bidders, n, menu);
    revenue += payment;
    if (option < 0) leaving += 1;
    else bought[option] = bought[option]! + 1;
  }
  const sales = {
    buyers: buyers.length,
    revenue: revenue / buyers.length,
    unsold: leaving / buyers.length,
    used: bought.filter((count) => count > 0).length,
  };
  return { bought, sales };
}

function mostShown({ items, allocation }: Menu): number {
  const numbers = { bundles: 1, items, lotteries: allocation.kind === 'lotteries' ? allocation.support : 1 };
  return Math.min(MOST_MENU_OPTIONS, Math.ceil(MOST_MENU_NUMBERS / numbers[allocation.kind]));
}

/** What the buyer of an option gets. */
export function received({ items, allocation }: Menu, option: number): Received {
  switch (allocation.kind) {
    case 'bundles': {
      const start = option * wordsFor(items);
      return {
        kind: 'bundle',
        bundle: bundleText(items, (item) => hasItem(allocation.bundles, start, item)),
      };
    }
    case 'items':
      return {
        kind: 'items',
        shares: Array.from(allocation.shares.subarray(option * items, (option + 1) * items)),
      };
    case 'lotteries':
      return { kind: 'lottery', support: supportOf(allocation, option, items) };
  }
}

function supportOf(
  { support, bundles, weights }: LotteryAllocation,
  option: number,
  items: number,
): { bundle: string; weight: number }[] {
  const words = wordsFor(items);
  const likely = new Map<string, number>();
  for (let d = option * support; d < (option + 1) * support; d++) {
    const weight = weights[d]!;
    const text = bundleText(items, (item) => hasItem(bundles, d * words, item));
    if (weight > 0) likely.set(text, (likely.get(text) ?? 0) + weight);
  }
  return [...likely].map(([bundle, weight]) => ({ bundle, weight })).sort((a, b) => b.weight - a.weight);
}
