/** A buyer before the menu: values, what every option gives, what is taken, and whether anything would have been better. */
import { bundleText } from '../../../shared/menus/bundle-text.ts';
import {
  MOST_BUYER_ATOMS,
  MOST_BUYER_OPTIONS,
  type BuyersAnswer,
  type BuyersQuery,
  type BuyerView,
  type Offer,
} from '../../../shared/menus/buyer-view.ts';
import type { AuctionData } from '../buyers/auction-data.ts';
import type { Bidders } from '../buyers/bidders.ts';
import { hasItem, wordsFor } from '../buyers/bundle-bits.ts';
import { choose, optionValue, type Menu } from './menu.ts';

/** @param breathe called between buyers; may throw to cancel */
export async function findBuyers(
  menu: Menu,
  { bidders, split }: AuctionData,
  query: BuyersQuery,
  breathe: () => Promise<void>,
): Promise<BuyersAnswer> {
  const buyers = split[query.split];
  const found: BuyerView[] = [];
  let place = query.from;
  for (; place < buyers.length && found.length < query.limit; place++) {
    const bidder = buyers[place]!;
    const leaves = choose(bidders, bidder, menu).option < 0;
    if (query.only === 'all' || (query.only === 'leaving') === leaves) {
      found.push(viewBuyer(menu, bidders, place, bidder));
    }
    await breathe();
  }
  const { options, items } = menu;
  return { buyers: buyers.length, options, items, found, next: place < buyers.length ? place : null };
}

/** @param place in the split. @param bidder number among all buyers */
export function viewBuyer(menu: Menu, bidders: Bidders, place: number, bidder: number): BuyerView {
  const offers = Array.from({ length: menu.options }, (_, option): Offer => {
    const value = optionValue(bidders, bidder, menu, option);
    const price = menu.prices[option]!;
    return { option, price, value, utility: value - price };
  });
  const purchase = choose(bidders, bidder, menu);
  const taken = offers[purchase.option] ?? null;
  const kept = taken?.utility ?? 0;
  return {
    place,
    bidder,
    values: valuesOf(bidders, bidder),
    taken,
    // Of equally good ones the dearer first: it is the one that is taken.
    offers: offers
      .toSorted((a, b) => b.utility - a.utility || b.price - a.price || a.option - b.option)
      .slice(0, MOST_BUYER_OPTIONS),
    better: offers.filter(({ utility }) => utility > kept).length + (kept < 0 ? 1 : 0),
  };
}

function valuesOf(bidders: Bidders, n: number): BuyerView['values'] {
  const { items } = bidders;
  if (bidders.kind !== 'xor') {
    return {
      kind: bidders.kind,
      values: Array.from(bidders.values.subarray(n * items, (n + 1) * items)),
    };
  }
  const words = wordsFor(items);
  const [first, end] = [bidders.starts[n]!, bidders.starts[n + 1]!];
  const atoms = Array.from({ length: end - first }, (_, i) => ({
    bundle: bundleText(items, (item) => hasItem(bidders.bundles, (first + i) * words, item)),
    value: bidders.values[first + i]!,
  }));
  return {
    kind: 'xor',
    atoms: atoms.sort((a, b) => b.value - a.value).slice(0, MOST_BUYER_ATOMS),
    count: atoms.length,
  };
}
