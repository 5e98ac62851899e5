/**
 * Winner determination: bids b, each for a bundle T_b at a value v_b by a bidder; accept bids so that no good is sold twice and
 * no bidder gets more than one of its alternatives (XOR), with the largest sum of values.
 * Source: Cramton, Shoham, Steinberg (eds), "Combinatorial Auctions", MIT Press 2006, chapters 12 and 14.
 */
import { itemsOf, wordsFor } from '../../buyers/bundle-bits.ts';
import type { XorBidders } from '../../buyers/bidders.ts';

export interface WinnerInstance {
  readonly goods: number;
  readonly bidders: number;
  readonly bids: readonly Bid[];
}

export interface Bid {
  readonly bidder: number;
  /** Ascending. */
  readonly goods: readonly number[];
  readonly value: number;
}

export interface WinnerSolution {
  readonly status: 'optimal' | 'time-limit' | 'infeasible';
  /** Numbers of the accepted bids. */
  readonly accepted: readonly number[];
  readonly bound: number;
  /** Optimum of the linear relaxation; null: not solved, or not asked for. */
  readonly relaxation: number | null;
}

export function winnerInstance(bidders: XorBidders): WinnerInstance {
  const words = wordsFor(bidders.items);
  const bids: Bid[] = [];
  for (let n = 0; n < bidders.count; n++) {
    for (let a = bidders.starts[n]!; a < bidders.starts[n + 1]!; a++) {
      const goods = itemsOf(bidders.bundles, a * words, bidders.items);
      bids.push({ bidder: n, goods, value: bidders.values[a]! });
    }
  }
  return { goods: bidders.items, bidders: bidders.count, bids };
}

/** Sum of the values of some bids. */
export function valueOf({ bids }: WinnerInstance, accepted: readonly number[]): number {
  return accepted.reduce((sum, b) => sum + bids[b]!.value, 0);
}
