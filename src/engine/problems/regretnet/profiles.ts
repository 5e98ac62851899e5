/** The profiles of an auction: what each item is worth to each bidder, drawn or read once and shared by all runs of a comparison. */
import { counted } from '../../../shared/counted.ts';
import { AppError } from '../../../shared/errors.ts';
import { readProfileTable } from '../../auctions/buyers/buyer-table.ts';
import { drawItemValues, rangesOf, type ItemValues } from '../../auctions/buyers/item-values.ts';
import type { Split } from '../../../shared/split.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import { permutation } from '../../random/fill.ts';
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
  /** Whether values are uniform on the ranges and independent, so that closed forms hold. */
  readonly uniform: boolean;
  /** Highest value of any item: what one unit of the training problem is in the bidders' own money. */
  readonly valueScale: number;
  readonly split: Readonly<Record<Split, Profiles>>;
}

/** @throws AppError that names the file or the config key */
export async function loadProfiles(config: RegretnetConfig, host: EngineHost): Promise<RegretnetData> {
  const { bidders, items, demand, valuations, profiles, batch } = config;
  if (valuations.kind === 'uniform') return drawData(config);
  const file = { path: valuations.path, at: 'valuations.path' };
  const { count, values } = await readProfileTable(file, bidders, items, host);
  const validation = Math.round(count * valuations.validation);
  const test = Math.round(count * valuations.test);
  const train = count - validation - test;
  if (Math.min(validation, test, train) < 1 || train < batch) {
    throw new AppError(
      'precondition',
      `batch: expected ${batch} samples or more for training, and one for validation and test, found ${counted(count, 'sample')} in all (${train} to train on); use more samples or a smaller batch.`,
      { path: 'batch' },
    );
  }
  const width = bidders * items;
  const highest = new Array<number>(items).fill(0);
  values.forEach((value, i) => (highest[i % items] = Math.max(highest[i % items]!, value)));
  const unwanted = highest.indexOf(0);
  if (unwanted >= 0) {
    throw new AppError(
      'validation',
      `valuations: expected every item to be worth something to somebody, found only values of 0 for item ${unwanted}; leave it out.`,
      { path: 'valuations' },
    );
  }
  const valueScale = Math.max(...highest);
  const order = permutation(fold(rootKey(profiles.seed), 'split'), count);
  const pick = (from: number, to: number): Profiles => {
    const own = new Float32Array((to - from) * width);
    order.subarray(from, to).forEach((row, place) => {
      for (let i = 0; i < width; i++) own[place * width + i] = values[row * width + i]! / valueScale;
    });
    return { count: to - from, values: own };
  };
  return {
    bidders,
    items,
    demand,
    ranges: highest.map((high) => [0, high / valueScale] as const),
    uniform: false,
    valueScale,
    split: {
      test: pick(0, test),
      validation: pick(test, test + validation),
      train: pick(test + validation, count),
    },
  };
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
  return { bidders, items, demand, ranges, uniform: true, valueScale, split };
}

/** `rows` bids, [rows, m]: uniform on the items' ranges, independent. */
export function drawBids(ranges: RegretnetData['ranges'], rows: number, key: Key): Float32Array {
  return drawItemValues({ law: 'uniform', ranges }, ranges.length, rows, key);
}
