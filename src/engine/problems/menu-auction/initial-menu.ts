/**
 * The menu at step 0. Sizes are spread evenly: option k aims at a share of the items drawn without repetition from 1/K, 2/K, ..., 1,
 * so that there is something for every buyer. Each price is the one that would sell its bundle best if it stood alone.
 */
import { fillUniform, permutation } from '../../random/fill.ts';
import { fold, type Key } from '../../random/key.ts';
import { bundleValue, singletonAtoms, type XorBidders } from '../../auctions/buyers/bidders.ts';
import { addItem, hasItem, wordsFor } from '../../auctions/buyers/bundle-bits.ts';
import type { MenuAuctionConfig } from './config.ts';
import { draws } from '../../random/draws.ts';
import type { AuctionData } from '../../auctions/buyers/auction-data.ts';
import { bestPostedPrice } from '../../auctions/baselines/posted-price.ts';

export interface InitialMenu {
  /** [K, m], row by row. */
  readonly logits: Float32Array;
  /** Price parameters [K]: softplus gives the price in units of the value scale. */
  readonly prices: Float32Array;
}

/** |logit| of an item at the start: sigmoid(1) = 0.73, decided but open to change. */
const LOGIT = 1;
/** Training buyers that the first prices look at. */
export const PRICE_SAMPLE = 500;
/** Softplus needs a positive price; in units of value. */
export const LEAST_PRICE = 0.01;

export function initialMenu(config: MenuAuctionConfig, data: AuctionData, init: Key): InitialMenu {
  const { options } = config;
  const { items } = data.bidders;
  const words = wordsFor(items);
  const bundles = menuBundles(
    config.initialBundles,
    options,
    data,
    fold(init, 'sizes'),
    fold(init, 'bundles'),
  );
  const logits = new Float32Array(options * items).fill(-LOGIT);
  for (let k = 0; k < options; k++) {
    for (let j = 0; j < items; j++) if (hasItem(bundles, k * words, j)) logits[k * items + j] = LOGIT;
  }
  return { logits, prices: firstPrices(options, data, bundles) };
}

/**
 * Bundles of K options as bits.
 * @param sizes key of which option has which share of the items
 * @param own key of the items
 */
export function menuBundles(
  kind: MenuAuctionConfig['initialBundles'],
  options: number,
  data: AuctionData,
  sizes: Key,
  own: Key,
): Uint32Array {
  const order = permutation(sizes, options);
  return kind === 'bids' ? wantedBundles(order, data, own) : randomBundles(order, data.bidders.items, own);
}

/** Every item with the option's share as probability. */
function randomBundles(order: Int32Array, items: number, own: Key): Uint32Array {
  const options = order.length;
  const words = wordsFor(items);
  const bundles = new Uint32Array(options * words);
  const uniforms = new Float32Array(options * items);
  fillUniform(own, uniforms);
  for (let k = 0; k < options; k++) {
    const share = (order[k]! + 1) / options;
    for (let j = 0; j < items; j++) if (uniforms[k * items + j]! < share) addItem(bundles, k * words, j);
  }
  return bundles;
}

/** Atoms of randomly drawn training buyers, united until the option has its share of the items. */
function wantedBundles(order: Int32Array, data: AuctionData, own: Key): Uint32Array {
  const options = order.length;
  const { items } = data.bidders;
  const atoms = data.bidders.kind === 'xor' ? data.bidders : singletonAtoms(data.bidders);
  const words = wordsFor(items);
  const bundles = new Uint32Array(options * words);
  const random = draws(own);
  for (let k = 0; k < options; k++) {
    const wanted = ((order[k]! + 1) / options) * items;
    for (let size = 0, tries = 0; size < wanted && tries < 4 * items; tries++) {
      const n = data.split.train[random.integer(data.split.train.length)]!;
      const first = atoms.starts[n]!;
      size = unite(bundles, k * words, atoms, first + random.integer(atoms.starts[n + 1]! - first));
    }
  }
  return bundles;
}

/** Adds the atom's items; the size of the bundle then. */
function unite(bundles: Uint32Array, start: number, atoms: XorBidders, atom: number): number {
  const words = wordsFor(atoms.items);
  let size = 0;
  for (let j = 0; j < atoms.items; j++) {
    if (hasItem(atoms.bundles, atom * words, j)) addItem(bundles, start, j);
    if (hasItem(bundles, start, j)) size += 1;
  }
  return size;
}

function firstPrices(options: number, data: AuctionData, bundles: Uint32Array): Float32Array {
  const { bidders, split, valueScale } = data;
  const words = wordsFor(bidders.items);
  const sample = Array.from(split.train.subarray(0, PRICE_SAMPLE));
  return Float32Array.from({ length: options }, (_, k) => {
    const values = Float64Array.from(sample, (n) => bundleValue(bidders, n, bundles, k * words) / valueScale);
    return inverseSoftplus(Math.max(bestPostedPrice(values).price, LEAST_PRICE));
  });
}

/** x with log(1 + e^x) = y, y > 0. */
export function inverseSoftplus(y: number): number {
  return y + Math.log(-Math.expm1(-y));
}
