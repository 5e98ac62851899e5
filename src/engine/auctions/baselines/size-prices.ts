/** The best uniform prices per size: a bundle's price depends on the number of its items only. */
import type { Bidders } from '../buyers/bidders.ts';
import { hasItem, wordsFor } from '../buyers/bundle-bits.ts';
import { PricedOptions, bestOption, fitPrices } from './priced-options.ts';

/** Training buyers that the coordinate search looks at, the first of the split (whose order is random). */
export const MOST_SIZE_FITTED = 5000;
/** The same where there are many items: [buyers, items, items] steps of a sweep at most, but never fewer buyers than LEAST. */
const MOST_WORK = 1e8;
const LEAST_FITTED = 500;
/** Multiples of the mean value of a size that prices start from. */
const SCALES = [0.6, 0.8, 1];

/** Prices [m] of 1, ..., m items, fitted on the buyers `train`. */
export async function fitSizePrices(
  bidders: Bidders,
  train: Int32Array,
  breathe: () => Promise<void>,
): Promise<Float64Array> {
  const { items } = bidders;
  const most = Math.min(MOST_SIZE_FITTED, Math.max(LEAST_FITTED, Math.floor(MOST_WORK / items ** 2)));
  const buyers = train.subarray(0, most);
  const values = new Float64Array(buyers.length * items);
  const sizes = sizeValues(bidders);
  buyers.forEach((n, i) => values.set(sizes(n), i * items));
  const market = new PricedOptions(values, items);
  const means = Float64Array.from({ length: items }, (_, k) => market.meanValue(k));
  const starts = SCALES.map((scale) => means.map((value) => value * scale));
  // Nobody buys anything but everything: the ascent then begins at the best bundle price.
  const unpayable = 10 * values.reduce((largest, value) => Math.max(largest, value), 0);
  starts.push(new Float64Array(items).fill(unpayable));
  return fitPrices(market, starts, breathe);
}

/** What each buyer, by number, pays at these prices of 1, ..., m items, and what that is worth; both 0 for nothing. */
export function atSizePrices(
  bidders: Bidders,
  prices: Float64Array,
): (n: number) => { readonly payment: number; readonly value: number } {
  const sizes = sizeValues(bidders);
  return (n) => {
    const values = sizes(n);
    const best = bestOption(values, 0, prices);
    return best < 0 ? { payment: 0, value: 0 } : { payment: prices[best]!, value: values[best]! };
  };
}

/** Mean payment of the buyers at these prices of 1, ..., m items. */
export function sizePriceRevenue(bidders: Bidders, buyers: Int32Array, prices: Float64Array): number {
  const purchase = atSizePrices(bidders, prices);
  return buyers.reduce((sum, n) => sum + purchase(n).payment, 0) / buyers.length;
}

/** What the best 1, ..., m items are worth to a buyer; the array is used again for the next one. */
function sizeValues(bidders: Bidders): (n: number) => Float64Array {
  const { items } = bidders;
  const row = new Float64Array(items);
  if (bidders.kind === 'xor') {
    const sizeOf = atomSizes(bidders.bundles, items);
    return (n) => {
      row.fill(0);
      for (let a = bidders.starts[n]!; a < bidders.starts[n + 1]!; a++) {
        const size = sizeOf[a]!;
        // A bundle of no items is worth nothing here; one is bought at the price of its size.
        if (size > 0) row[size - 1] = Math.max(row[size - 1]!, bidders.values[a]!);
      }
      for (let r = 1; r < items; r++) row[r] = Math.max(row[r]!, row[r - 1]!);
      return row;
    };
  }
  const { kind, values } = bidders;
  return (n) => {
    row.set(values.subarray(n * items, (n + 1) * items));
    row.sort().reverse();
    for (let r = 1; r < items; r++) row[r] = kind === 'additive' ? row[r - 1]! + row[r]! : row[0]!;
    return row;
  };
}

/** Number of items of each bundle. */
function atomSizes(bundles: Uint32Array, items: number): Int32Array {
  const words = wordsFor(items);
  return Int32Array.from({ length: bundles.length / words }, (_, a) => {
    let size = 0;
    for (let j = 0; j < items; j++) if (hasItem(bundles, a * words, j)) size += 1;
    return size;
  });
}
