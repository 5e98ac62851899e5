/**
 * The best item-wise prices: each item has a price, a bundle costs the sum, the buyer takes the best bundle or nothing.
 * Additive buyers decide item by item, so that the best posted price of each item is optimal. Unit-demand and XOR buyers take
 * one atom at most: `fit-item-prices.ts`.
 */
import { singletonAtoms, type Bidders, type ItemBidders } from '../buyers/bidders.ts';
import { AtomMarket, fitItemPrices } from './fit-item-prices.ts';
import { bestPostedPrice, postedRevenue } from './posted-price.ts';

/** Training buyers that the coordinate search looks at, the first of the split (whose order is random). */
export const MOST_FITTED = 10_000;

/** Prices fitted on the buyers `train`; the mean payment of the buyers `test` at them. */
export async function itemPriceRevenue(
  bidders: Bidders,
  train: Int32Array,
  test: Int32Array,
  breathe: () => Promise<void>,
): Promise<number> {
  if (bidders.kind === 'additive') return additiveRevenue(bidders, train, test, breathe);
  const atoms = bidders.kind === 'xor' ? bidders : singletonAtoms(bidders);
  const prices = await fitItemPrices(new AtomMarket(atoms, train.subarray(0, MOST_FITTED)), breathe);
  const market = new AtomMarket(atoms, test);
  market.setPrices(prices);
  return market.revenue();
}

async function additiveRevenue(
  bidders: ItemBidders,
  train: Int32Array,
  test: Int32Array,
  breathe: () => Promise<void>,
): Promise<number> {
  let revenue = 0;
  for (let j = 0; j < bidders.items; j++) {
    const valuesOf = (buyers: Int32Array) =>
      Float64Array.from(buyers, (n) => bidders.values[n * bidders.items + j]!);
    revenue += postedRevenue(valuesOf(test), bestPostedPrice(valuesOf(train)).price);
    await breathe();
  }
  return revenue;
}
