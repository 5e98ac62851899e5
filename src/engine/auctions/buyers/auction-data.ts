/** The buyers of an auction: read or drawn once, split once, shared by all runs of a comparison. */
import { counted } from '../../../shared/counted.ts';
import { AppError } from '../../../shared/errors.ts';
import { BUYER_SAMPLES } from '../../../shared/menus/evaluation.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import type { Split } from '../../../shared/split.ts';
import { draws, type Draws } from '../../random/draws.ts';
import { permutation } from '../../random/fill.ts';
import { fold, rootKey, type Key } from '../../random/key.ts';
import {
  concatXor,
  grandValue,
  widened,
  xorBidders,
  type Atom,
  type Bidders,
  type ItemBidders,
  type XorBidders,
} from './bidders.ts';
import { wordsFor } from './bundle-bits.ts';
import { readBuyerTable } from './buyer-table.ts';
import { beginsAsCats, parseCats, type CatsInstance } from './cats-file.ts';
import { generateCats } from './cats-generator.ts';
import { drawItemValues } from './item-values.ts';
import { configuredItems, type BuyersConfig, type Valuations } from './valuations.ts';

export interface AuctionData {
  readonly bidders: Bidders;
  /** Numbers of the buyers of each split; every buyer is in exactly one. */
  readonly split: Readonly<Record<Split, Int32Array>>;
  /**
   * What one unit of the training problem is in the buyers' own money: 1 for values whose law the config gives, else the mean
   * over the training buyers of their largest value.
   */
  readonly valueScale: number;
}

/** @throws AppError that names the file or the config key */
export async function loadAuctionData(config: BuyersConfig, host: EngineHost): Promise<AuctionData> {
  const key = rootKey(config.valuations.seed);
  const bidders = await loadBidders(config, host, fold(key, 'buyers'));
  const split = splitBuyers(bidders.count, config.split, fold(key, 'split'));
  const knownLaw = ['additive', 'unit-demand', 'xor'].includes(config.valuations.kind);
  return { bidders, split, valueScale: knownLaw ? 1 : meanGrandValue(bidders, split.train) };
}

async function loadBidders(config: BuyersConfig, host: EngineHost, key: Key): Promise<Bidders> {
  const { valuations } = config;
  const items = configuredItems(config) ?? 0;
  switch (valuations.kind) {
    case 'additive':
    case 'unit-demand':
      return {
        kind: valuations.kind,
        items,
        count: valuations.bidders,
        values: drawItemValues(valuations, items, valuations.bidders, key),
      };
    case 'xor':
      return randomXorBidders(items, valuations.atoms, valuations.bidders, key);
    case 'cats':
      return readCats(valuations.path, config.items, host);
    case 'table':
      return readBuyerTable(
        { path: valuations.path, at: 'valuations.path' },
        valuations.demand,
        config.items,
        host,
      );
    case 'cats-generator':
      return drawCats(valuations, items, host, key);
  }
}

/**
 * The buyers that a path names, whatever it is: a table by its ending, else a CATS file or a folder of them.
 * @param demand of a table of values
 * @param at the key that names it
 */
export function readBuyers(
  path: string,
  demand: ItemBidders['kind'],
  at: string,
  host: EngineHost,
): Promise<Bidders> {
  const isTable = /\.(csv|tsv|npy)$/i.test(path);
  return isTable ? readBuyerTable({ path, at }, demand, null, host) : readCats(path, null, host);
}

/**
 * All buyers of a CATS file, or of every CATS file of a folder; what else lies in the folder is left out.
 * @param items how many there have to be; null: as many as the files say
 */
async function readCats(path: string, items: number | null, host: EngineHost): Promise<XorBidders> {
  const read: { readonly file: string; readonly instance: CatsInstance }[] = [];
  for (const file of await catsFiles(path, host)) {
    const instance = await parseCats(await host.readText(file), file, () => host.breathe());
    const before = items ?? read[0]?.instance.headerGoods ?? instance.headerGoods;
    // By one more it may be that of another file: see below.
    const fits = instance.headerGoods === before || (items !== null && instance.headerGoods + 1 === items);
    if (!fits) refuseGoods(file, `${instance.headerGoods}`, before, items !== null);
    read.push({ file, instance });
  }
  // Where the program numbered one good more than the header counts, the bidders of the other files do not want that good.
  const goods = read.reduce((most, { instance }) => Math.max(most, instance.goods), 0);
  if (items !== null && goods !== items) {
    const { file, instance } = read.find((one) => one.instance.goods === goods)!;
    const found =
      instance.goods === instance.headerGoods
        ? `${goods}`
        : `${goods} (the header counts ${instance.headerGoods}, and the bids name one more, as those of CATS's paths sometimes do)`;
    refuseGoods(file, found, items, true);
  }
  return concatXor(read.map(({ instance }) => widened(instance.bidders, goods)));
}

function refuseGoods(file: string, found: string, expected: number, byConfig: boolean): never {
  const source = byConfig ? 'as set by items' : 'like the files before it';
  throw new AppError(
    'validation',
    `${file}: expected ${counted(expected, 'good')} ${source}, found ${found}.`,
    {
      path: byConfig ? 'items' : 'valuations.path',
    },
  );
}

/** The CATS auctions among the files of `path`; of a single file, that one whatever it holds. */
async function catsFiles(path: string, host: EngineHost): Promise<readonly string[]> {
  const samples = BUYER_SAMPLES;
  const all = await host.listFiles(path, { samples });
  if (all.length === 1) return all;
  const files = await host.listFiles(path, { samples, belongs: beginsAsCats });
  if (files.length === 0) {
    throw new AppError('validation', `${path}: expected CATS files, found none.`, {
      path: 'valuations.path',
    });
  }
  const others = all.filter((file) => !files.includes(file));
  if (others.length > 0) {
    const more = others.length > 3 ? ` and ${others.length - 3} more` : '';
    host.log(
      'info',
      `left out of ${path}, because they are not CATS auctions: ${others.slice(0, 3).join(', ')}${more}`,
    );
  }
  return files;
}

async function drawCats(
  valuations: Extract<Valuations, { kind: 'cats-generator' }>,
  items: number,
  host: EngineHost,
  key: Key,
): Promise<XorBidders> {
  const groups: XorBidders[] = [];
  let count = 0;
  for (let market = 0; count < valuations.bidders; market++) {
    const drawn = generateCats(valuations.distribution, items, valuations.bidsPerMarket, fold(key, market));
    groups.push(firstBuyers(drawn, valuations.bidders - count));
    count += drawn.count;
    await host.breathe();
  }
  return concatXor(groups);
}

function firstBuyers(bidders: XorBidders, most: number): XorBidders {
  const count = Math.min(most, bidders.count);
  const atoms = bidders.starts[count]!;
  return {
    ...bidders,
    count,
    starts: bidders.starts.slice(0, count + 1),
    bundles: bidders.bundles.slice(0, atoms * wordsFor(bidders.items)),
    values: bidders.values.slice(0, atoms),
  };
}

function splitBuyers(count: number, shares: BuyersConfig['split'], key: Key): Record<Split, Int32Array> {
  const order = permutation(key, count);
  const validation = Math.round(count * shares.validation);
  const test = Math.round(count * shares.test);
  if (Math.min(validation, test, count - validation - test) < 1) {
    throw new AppError(
      'precondition',
      `split: expected at least one buyer each for training, validation and test, found ${counted(count, 'buyer')} in all; use more buyers or other shares.`,
      { path: 'split' },
    );
  }
  return {
    test: order.slice(0, test),
    validation: order.slice(test, test + validation),
    train: order.slice(test + validation),
  };
}

function meanGrandValue(bidders: Bidders, buyers: Int32Array): number {
  let sum = 0;
  for (const n of buyers) sum += grandValue(bidders, n);
  if (sum <= 0) {
    throw new AppError(
      'validation',
      'valuations: expected a buyer who values something, found only values of 0.',
      {
        path: 'valuations',
      },
    );
  }
  return sum / buyers.length;
}

/** @param atoms at most 2^items - 1 */
export function randomXorBidders(items: number, atoms: number, count: number, key: Key): XorBidders {
  const random = draws(key);
  const buyers = Array.from({ length: count }, () => {
    const own = new Map<string, Atom>();
    while (own.size < atoms) {
      const bundle = randomBundle(items, random);
      const name = bundle.join();
      if (bundle.length > 0 && !own.has(name)) own.set(name, { items: bundle, value: random.uniform() });
    }
    return [...own.values()];
  });
  return xorBidders(items, buyers);
}

function randomBundle(items: number, random: Draws): number[] {
  const bundle: number[] = [];
  for (let j = 0; j < items; j++) if (random.uniform() < 0.5) bundle.push(j);
  return bundle;
}
