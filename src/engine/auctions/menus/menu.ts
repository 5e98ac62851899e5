/** A posted menu as the hard evaluation sees it: what an option gives, what that is worth to a buyer, and the buyer's choice. */
import { AppError } from '../../../shared/errors.ts';
import { bundleValue, type Bidders } from '../buyers/bidders.ts';
import { bundleSize, wordsFor } from '../buyers/bundle-bits.ts';

/** Of a menu that is read: one of more is refused before memory is taken for it. */
export const MOST_ITEMS = 65_536;
export const MOST_OPTIONS = 1_000_000;

export interface Menu {
  /** Options K, the null option (nothing for nothing) not counted. */
  readonly options: number;
  /** Items m. */
  readonly items: number;
  /** Prices in the buyers' own money, [K]. */
  readonly prices: Float64Array;
  readonly allocation: MenuAllocation;
}

/** What the K options give. */
export type MenuAllocation = BundleAllocation | ItemAllocation | LotteryAllocation;

/** A bundle per option. */
export interface BundleAllocation {
  readonly kind: 'bundles';
  /** Bundles as bits (`bundle-bits.ts`), `wordsFor(items)` words per option. */
  readonly bundles: Uint32Array;
}

/**
 * A probability of each item, which is all that additive and unit-demand buyers see of a lottery. Additive buyers: of each item
 * for itself; unit-demand buyers: of this item and no other, so that a row sums to 1 at most.
 */
export interface ItemAllocation {
  readonly kind: 'items';
  /** [K, m] in [0, 1]. */
  readonly shares: Float64Array;
}

/** D bundles per option, of which one is drawn. */
export interface LotteryAllocation {
  readonly kind: 'lotteries';
  /** Bundles D per option. */
  readonly support: number;
  /** Bundle d of option k starts at word (k D + d) `wordsFor(items)`. */
  readonly bundles: Uint32Array;
  /** Their probabilities, [K, D]; rows sum to 1. */
  readonly weights: Float64Array;
}

export interface Purchase {
  /** Index of the option; -1: the null option. */
  readonly option: number;
  readonly payment: number;
  readonly value: number;
}

/**
 * What option `k` is worth to buyer `n`: the value of its bundle, the expected value of its lottery, or sum_j shares_kj v_nj.
 * @throws AppError `validation` for XOR buyers of an item allocation, whose value it does not determine
 */
export function optionValue(bidders: Bidders, n: number, menu: Menu, k: number): number {
  const { allocation, items } = menu;
  switch (allocation.kind) {
    case 'bundles':
      return bundleValue(bidders, n, allocation.bundles, k * wordsFor(items));
    case 'items':
      return sharesValue(bidders, n, allocation.shares, k * items);
    case 'lotteries':
      return lotteryValue(bidders, n, allocation, k);
  }
}

function sharesValue(bidders: Bidders, n: number, shares: Float64Array, start: number): number {
  if (bidders.kind === 'xor') {
    throw new AppError(
      'validation',
      'allocation: expected bundles or lotteries for XOR buyers, found items; a probability of each item does not say which bundles come together.',
      { path: 'allocation' },
    );
  }
  const { items, values } = bidders;
  let value = 0;
  for (let j = 0; j < items; j++) value += shares[start + j]! * values[n * items + j]!;
  return value;
}

function lotteryValue(bidders: Bidders, n: number, lottery: LotteryAllocation, k: number): number {
  const { support, bundles, weights } = lottery;
  const words = wordsFor(bidders.items);
  let value = 0;
  for (let d = k * support; d < (k + 1) * support; d++) {
    if (weights[d]! > 0) value += weights[d]! * bundleValue(bidders, n, bundles, d * words);
  }
  return value;
}

/** Items that option `k` gives: of a lottery or of shares the expected number. */
export function optionSize(menu: Menu, k: number): number {
  const { allocation, items } = menu;
  switch (allocation.kind) {
    case 'bundles':
      return bundleSize(allocation.bundles, k * wordsFor(items), items);
    case 'items':
      return allocation.shares.subarray(k * items, (k + 1) * items).reduce((sum, share) => sum + share, 0);
    case 'lotteries': {
      const { support, bundles, weights } = allocation;
      let size = 0;
      for (let d = k * support; d < (k + 1) * support; d++)
        size += weights[d]! * bundleSize(bundles, d * wordsFor(items), items);
      return size;
    }
  }
}

/**
 * The option that buyer `n` likes best: argmax over the options and the null option of value - price, in doubles. An
 * indifferent buyer buys the dearer option (the usual convention: the seller could lower its price by nothing to get there).
 */
export function choose(bidders: Bidders, n: number, menu: Menu): Purchase {
  let best = 0;
  let chosen: Purchase = { option: -1, payment: 0, value: 0 };
  for (let k = 0; k < menu.options; k++) {
    const payment = menu.prices[k]!;
    const value = optionValue(bidders, n, menu, k);
    const utility = value - payment;
    if (utility > best || (utility === best && payment > chosen.payment)) {
      best = utility;
      chosen = { option: k, payment, value };
    }
  }
  return chosen;
}
