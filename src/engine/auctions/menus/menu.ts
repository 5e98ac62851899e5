/** A posted menu as the hard evaluation sees it, and the buyer who chooses from it. */
import { bundleValue, type Bidders } from '../buyers/bidders.ts';

export interface Menu {
  /** Options K, the null option (nothing for nothing) not counted. */
  readonly options: number;
  /** Bundles as bits, `wordsFor(items)` words an option. */
  readonly bundles: Uint32Array;
  /** Prices in the buyers' own money, >= 0. */
  readonly prices: Float64Array;
}

export interface Purchase {
  /** Index of the option; -1: the null option. */
  readonly option: number;
  readonly payment: number;
  readonly value: number;
}

/**
 * The option that buyer `n` likes best: argmax over the options and the null option of v(S_k) - price_k, in doubles. An
 * indifferent buyer buys the dearer option (the usual convention: the seller could lower its price by nothing to get there).
 */
export function choose(bidders: Bidders, n: number, menu: Menu, words: number): Purchase {
  let best = 0;
  let chosen: Purchase = { option: -1, payment: 0, value: 0 };
  for (let k = 0; k < menu.options; k++) {
    const payment = menu.prices[k]!;
    const value = bundleValue(bidders, n, menu.bundles, k * words);
    const utility = value - payment;
    if (utility > best || (utility === best && payment > chosen.payment)) {
      best = utility;
      chosen = { option: k, payment, value };
    }
  }
  return chosen;
}
