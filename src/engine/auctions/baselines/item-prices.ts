/**
 * The best item-wise prices: each item has a price, a bundle costs the sum, the buyer takes the best bundle or nothing.
 * Additive buyers decide item by item, so that the best posted price of each item is optimal. Unit-demand and XOR buyers take
 * one atom at most: `fit-item-prices.ts`.
 */
import { singletonAtoms, type Bidders, type ItemBidders, type XorBidders } from '../buyers/bidders.ts';
import { AtomMarket, fitItemPrices } from './fit-item-prices.ts';
import { bestPostedPrice } from './posted-price.ts';

/** Training buyers that the coordinate search looks at, the first of the split (whose order is random). */
export const MOST_FITTED = 10_000;

/** The best prices found on the buyers `train`, one per item. */
export async function fittedItemPrices(
  bidders: Bidders,
  train: Int32Array,
  breathe: () => Promise<void>,
): Promise<Float64Array> {
  if (bidders.kind === 'additive') return additivePrices(bidders, train, breathe);
  return fitItemPrices(new AtomMarket(atomsOf(bidders), train.subarray(0, MOST_FITTED)), breathe);
}

/** What a buyer pays for the best bundle, and what that bundle is worth; both 0 for nothing. */
export interface ItemPurchase {
  readonly payment: number;
  readonly value: number;
}

/** What each buyer, by number, does at these prices, one per item. */
export function atItemPrices(bidders: Bidders, prices: Float64Array): (n: number) => ItemPurchase {
  if (bidders.kind === 'additive') return (n) => additivePurchase(bidders, n, prices);
  const everybody = Int32Array.from({ length: bidders.count }, (_, n) => n);
  const market = new AtomMarket(atomsOf(bidders), everybody);
  market.setPrices(prices);
  return (n) => {
    const { payment, utility } = market.purchase(n);
    return { payment, value: payment + utility };
  };
}

function additivePurchase({ items, values }: ItemBidders, n: number, prices: Float64Array): ItemPurchase {
  let payment = 0;
  let value = 0;
  for (let j = 0; j < items; j++) {
    const own = values[n * items + j]!;
    if (own < prices[j]!) continue;
    payment += prices[j]!;
    value += own;
  }
  return { payment, value };
}

/** Mean payment of the buyers at these prices, one per item. */
export function itemPriceRevenue(bidders: Bidders, buyers: Int32Array, prices: Float64Array): number {
  const purchase = atItemPrices(bidders, prices);
  return buyers.reduce((sum, n) => sum + purchase(n).payment, 0) / buyers.length;
}

function atomsOf(bidders: Exclude<Bidders, { kind: 'additive' }>): XorBidders {
  return bidders.kind === 'xor' ? bidders : singletonAtoms(bidders);
}

async function additivePrices(
  bidders: ItemBidders,
  train: Int32Array,
  breathe: () => Promise<void>,
): Promise<Float64Array> {
  const prices = new Float64Array(bidders.items);
  for (let j = 0; j < bidders.items; j++) {
    prices[j] = bestPostedPrice(
      Float64Array.from(train, (n) => bidders.values[n * bidders.items + j]!),
    ).price;
    await breathe();
  }
  return prices;
}
