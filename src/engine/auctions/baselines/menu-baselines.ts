/**
 * The cheap reference lines of auctions with one buyer, all of them as mean payment of the buyers of each split. Those that hold
 * for some laws of the values only are absent for others.
 */
import { onSplits } from '../../../shared/baseline-name.ts';
import type { ProblemDescriptor } from '../../../shared/descriptor.ts';
import { splits } from '../../../shared/split.ts';
import type { AuctionData } from '../buyers/auction-data.ts';
import { grandValue, type Bidders, type ItemBidders } from '../buyers/bidders.ts';
import { rangesOf, type ItemValues } from '../buyers/item-values.ts';
import type { Valuations } from '../buyers/valuations.ts';
import { uniformMyersonPrice } from './item-myerson.ts';
import { MOST_FITTED, fittedItemPrices, itemPriceRevenue } from './item-prices.ts';
import { bestPostedPrice, postedRevenue } from './posted-price.ts';
import { MOST_SIZE_FITTED, fitSizePrices, sizePriceRevenue } from './size-prices.ts';
import { MOST_SJA_ITEMS, straightJacketPrices } from './straight-jacket.ts';

const FITTED = 'fitted to the training buyers, evaluated on the buyers of the split.';

export const menuBaselines: ProblemDescriptor['baselines'] = [
  { name: 'bundlePrice', label: 'Best bundle price', help: `One price for all items together, ${FITTED}` },
  {
    name: 'sizePrices',
    label: 'Best price per size',
    help: `One price per number of items, whichever they are; coordinate search from several starts over at most ${MOST_SIZE_FITTED} training buyers, ${FITTED}`,
  },
  {
    name: 'itemPrices',
    label: 'Item prices',
    help: `One price per item, and a bundle costs their sum; coordinate search from several starts over at most ${MOST_FITTED} training buyers, ${FITTED}`,
  },
  {
    name: 'itemMyerson',
    label: 'Myerson, item by item',
    help: 'Additive buyers with independent uniform values: the best price of each item in closed form, evaluated on the buyers of the split.',
  },
  {
    name: 'straightJacket',
    label: 'Straight-jacket auction',
    help: `Additive buyers of 2 to ${MOST_SJA_ITEMS} items U[0, c]: the optimal menu (Giannakopoulos and Koutsoupias 2014), evaluated on the buyers of the split.`,
  },
  {
    name: 'surplus',
    label: 'Full surplus',
    help: 'Mean over the buyers of the split of their largest value: no menu that buyers are free to refuse can earn more.',
    bound: true,
  },
];

export async function computeMenuBaselines(
  valuations: Valuations,
  { bidders, split }: AuctionData,
  breathe: () => Promise<void>,
): Promise<Readonly<Record<string, number>>> {
  const grandValues = (buyers: Int32Array) => Float64Array.from(buyers, (n) => grandValue(bidders, n));
  const { price } = bestPostedPrice(grandValues(split.train));
  const sizePrices = await fitSizePrices(bidders, split.train, breathe);
  const itemPrices = await fittedItemPrices(bidders, split.train, breathe);
  return onSplits(splits, (name) => {
    const buyers = split[name];
    const largest = grandValues(buyers);
    return {
      bundlePrice: postedRevenue(largest, price),
      sizePrices: sizePriceRevenue(bidders, buyers, sizePrices),
      itemPrices: itemPriceRevenue(bidders, buyers, itemPrices),
      ...(valuations.kind === 'additive' && knownOptima(valuations, bidders as ItemBidders, buyers)),
      surplus: largest.reduce((sum, value) => sum + value, 0) / largest.length,
    };
  });
}

/** What the law of additive values tells without looking at any buyer. */
function knownOptima(law: ItemValues, bidders: ItemBidders, buyers: Int32Array): Record<string, number> {
  if (law.law !== 'uniform') return {};
  const ranges = rangesOf(law, bidders.items);
  return { itemMyerson: myersonRevenue(ranges, bidders, buyers), ...straightJacket(ranges, bidders, buyers) };
}

function myersonRevenue(ranges: ItemValues['ranges'], bidders: ItemBidders, buyers: Int32Array): number {
  const { items, values } = bidders;
  return ranges.reduce((sum, [low, high], j) => {
    const own = Float64Array.from(buyers, (n) => values[n * items + j]!);
    return sum + postedRevenue(own, uniformMyersonPrice(low, high));
  }, 0);
}

/** On these buyers of values uniform on `ranges`; nothing where its prices are not known to be optimal. */
export function straightJacket(
  ranges: ItemValues['ranges'],
  bidders: Bidders,
  buyers: Int32Array,
): Record<string, number> {
  const { items } = bidders;
  const scale = ranges[0]![1];
  const alike = ranges.every(([low, high]) => low === 0 && high === scale);
  if (!alike || items < 2 || items > MOST_SJA_ITEMS) return {};
  const prices = straightJacketPrices(items).map((price) => price * scale);
  return { straightJacket: sizePriceRevenue(bidders, buyers, prices) };
}
