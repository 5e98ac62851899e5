/**
 * Prices pi_g of goods and mu_n of bidders, all >= 0, at which no bid is worth more than what it takes:
 * v_b <= mu_n(b) + sum_(g in T_b) pi_g. Whatever is accepted then earns at most sum pi + sum mu, and loses from that
 * the slack of each accepted bid, the price of each good that is not sold and of each bidder that gets nothing.
 */
import type { WinnerInstance } from './instance.ts';

export interface DualPrices {
  readonly goods: Float64Array;
  readonly bidders: Float64Array;
  /** mu_n + sum pi_g - v_b >= 0 of each bid. */
  readonly slacks: Float64Array;
  /** sum pi + sum mu. */
  readonly total: number;
}

/**
 * @param multipliers of the relaxation's rows (`winnerRows`), right up to the solver's tolerance; null: not known. Bidders'
 * prices are raised where they fall short, so that the bound holds whatever the solver did.
 */
export function dualPrices(instance: WinnerInstance, multipliers: Float64Array | null): DualPrices {
  const { goods: count, bidders: number, bids } = instance;
  const goods = new Float64Array(count);
  const bidders = new Float64Array(number);
  if (multipliers !== null) {
    goods.forEach((_, g) => (goods[g] = Math.max(0, multipliers[g]!)));
    bidders.forEach((_, n) => (bidders[n] = Math.max(0, multipliers[count + n]!)));
  }
  const priceOf = (own: readonly number[]) => own.reduce((sum, g) => sum + goods[g]!, 0);
  for (const { bidder, goods: own, value } of bids)
    bidders[bidder] = Math.max(bidders[bidder]!, value - priceOf(own));
  const slacks = Float64Array.from(bids, ({ bidder, goods: own, value }) =>
    Math.max(0, bidders[bidder]! + priceOf(own) - value),
  );
  const sum = (prices: Float64Array) => prices.reduce((all, price) => all + price, 0);
  return { goods, bidders, slacks, total: sum(goods) + sum(bidders) };
}
