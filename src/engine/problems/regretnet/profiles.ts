/** The profiles of an auction: what each item is worth to each bidder, drawn once and shared by all runs of a comparison. */
import { drawItemValues, rangesOf, type ItemValues } from '../../auctions/buyers/item-values.ts';
import type { Split } from '../../../shared/split.ts';
import { fold, rootKey, type Key } from '../../random/key.ts';
import type { RegretnetConfig } from './config.ts';

export interface Profiles {
  readonly count: number;
  /** [count, n, m], row by row, in units of the value scale. */
  readonly values: Float32Array;
}

export interface RegretnetData {
  readonly bidders: number;
  readonly items: number;
  readonly demand: RegretnetConfig['demand'];
  /** Lowest and highest value of each item, in units of the value scale: all bids lie there. */
  readonly ranges: ItemValues['ranges'];
  /** Highest value of any item: what one unit of the training problem is in the bidders' own money. */
  readonly valueScale: number;
  readonly split: Readonly<Record<Split, Profiles>>;
}

export function drawData({
  bidders,
  items,
  demand,
  ranges: given,
  profiles,
}: RegretnetConfig): RegretnetData {
  const valueScale = Math.max(...given.map(([, high]) => high));
  const ranges = rangesOf({ law: 'uniform', ranges: given }, items).map(
    ([low, high]) => [low / valueScale, high / valueScale] as const,
  );
  const key = rootKey(profiles.seed);
  const draw = (split: Split): Profiles => ({
    count: profiles[split],
    values: drawBids(ranges, profiles[split] * bidders, fold(key, split)),
  });
  const split = { train: draw('train'), validation: draw('validation'), test: draw('test') };
  return { bidders, items, demand, ranges, valueScale, split };
}

/** `rows` bids, [rows, m]: uniform on the items' ranges, independent. */
export function drawBids(ranges: RegretnetData['ranges'], rows: number, key: Key): Float32Array {
  return drawItemValues({ law: 'uniform', ranges }, ranges.length, rows, key);
}
