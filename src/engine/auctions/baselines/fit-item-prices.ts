/**
 * Item prices for buyers who take one atom at most, by coordinate ascent. With the other prices fixed, buyer n takes an atom with
 * item j exactly if q_j <= t_n, the best utility with j (q_j left out) minus the best without it. So revenue as a function of q_j
 * rises between thresholds and its maximum over all q_j >= 0 is at one of them: each step is exact, and revenue never falls.
 * Sweeps over all items until none improves; several starts, because there are local maxima.
 */
import { hasItem, wordsFor } from '../buyers/bundle-bits.ts';
import type { XorBidders } from '../buyers/bidders.ts';

/** Gains of later sweeps are far below sampling error. */
const MOST_SWEEPS = 12;
const UNPAYABLE = 1000;
/** Scales of prices tried for a start, and the number of the best ones that ascents begin from. */
const SCALES = Array.from({ length: 24 }, (_, i) => (i + 1) / 16);
const SCALES_KEPT = 3;
/** Utilities that differ by less, relative to the value, are equal: rounding must not decide what an indifferent buyer does. */
const INDIFFERENT = 1e-9;

/** Some of the buyers and the price of each item. */
export class AtomMarket {
  readonly items: number;
  readonly #words: number;
  readonly #bidders: XorBidders;
  readonly #buyers: Int32Array;
  #prices: Float64Array;
  /** Price of each atom: the sum over its items. */
  readonly #costs: Float64Array;

  constructor(bidders: XorBidders, buyers: Int32Array) {
    this.items = bidders.items;
    this.#words = wordsFor(bidders.items);
    this.#bidders = bidders;
    this.#buyers = buyers;
    this.#prices = new Float64Array(bidders.items);
    this.#costs = new Float64Array(bidders.values.length);
  }

  get prices(): Float64Array {
    return this.#prices.slice();
  }

  setPrices(prices: Float64Array): void {
    this.#prices = prices.slice();
    this.#eachAtom((a) => {
      let cost = 0;
      for (let j = 0; j < this.items; j++) if (this.#wants(a, j)) cost += prices[j]!;
      this.#costs[a] = cost;
    });
  }

  /** Mean payment; an indifferent buyer takes the dearer atom. */
  revenue(): number {
    let sum = 0;
    for (const n of this.#buyers) sum += this.purchase(n).payment;
    return sum / this.#buyers.length;
  }

  /** What the best atom, or leaving, gives buyer `n`, and what is paid for it. */
  purchase(n: number): { readonly utility: number; readonly payment: number } {
    return this.#best(n, () => true);
  }

  /** Sets the price of item j to the best one, given the others. */
  improve(j: number): void {
    const old = this.#prices[j]!;
    const takers: { threshold: number; withJ: number; without: number }[] = [];
    for (const n of this.#buyers) {
      const withJ = this.#best(n, (a) => this.#wants(a, j), -Infinity, old);
      if (withJ.utility === -Infinity) continue;
      const without = this.#best(n, (a) => !this.#wants(a, j));
      const threshold = withJ.utility - without.utility;
      if (threshold >= 0) takers.push({ threshold, withJ: withJ.payment, without: without.payment });
    }
    takers.sort((a, b) => b.threshold - a.threshold);
    // Gain over a price at which nobody takes j, for the first i + 1 takers.
    let fixed = 0;
    let best = 0;
    let price = takers[0] === undefined ? old : takers[0].threshold * 2;
    takers.forEach((taker, i) => {
      fixed += taker.withJ - taker.without;
      const gain = fixed + (i + 1) * taker.threshold;
      if (gain > best) {
        best = gain;
        price = taker.threshold;
      }
    });
    this.#prices[j] = price;
    this.#eachAtom((a) => {
      if (this.#wants(a, j)) this.#costs[a] = this.#costs[a]! + price - old;
    });
  }

  /** Mean over the atoms with item j of value per item: what the item is worth at a first glance. */
  itemShares(): Float64Array {
    const sums = new Float64Array(this.items);
    const counts = new Float64Array(this.items);
    this.#eachAtom((a) => {
      const wanted = [];
      for (let j = 0; j < this.items; j++) if (this.#wants(a, j)) wanted.push(j);
      for (const j of wanted) {
        sums[j] = sums[j]! + this.#bidders.values[a]! / wanted.length;
        counts[j] = counts[j]! + 1;
      }
    });
    return sums.map((sum, j) => (counts[j]! > 0 ? sum / counts[j]! : 0));
  }

  /** Best of buyer n's atoms that pass, `discount` off each; an atom must beat `floor` (0: leaving). */
  #best(
    n: number,
    passes: (atom: number) => boolean,
    floor = 0,
    discount = 0,
  ): { readonly utility: number; readonly payment: number } {
    const { starts, values } = this.#bidders;
    let utility = floor;
    let payment = 0;
    for (let a = starts[n]!; a < starts[n + 1]!; a++) {
      if (!passes(a)) continue;
      const paid = this.#costs[a]! - discount;
      const own = values[a]! - paid;
      const slack = INDIFFERENT * values[a]!;
      if (own > utility + slack || (own >= utility - slack && paid > payment)) {
        utility = own;
        payment = paid;
      }
    }
    return { utility, payment };
  }

  #wants(atom: number, item: number): boolean {
    return hasItem(this.#bidders.bundles, atom * this.#words, item);
  }

  #eachAtom(visit: (atom: number) => void): void {
    const { starts } = this.#bidders;
    for (const n of this.#buyers) for (let a = starts[n]!; a < starts[n + 1]!; a++) visit(a);
  }
}

interface FittedPrices {
  readonly prices: Float64Array;
  readonly revenue: number;
}

/** The best prices found, by the revenue from the market's own buyers. The market is left at other prices. */
export async function fitItemPrices(market: AtomMarket, breathe: () => Promise<void>): Promise<Float64Array> {
  let best: FittedPrices = { prices: new Float64Array(market.items), revenue: 0 };
  for (const start of startingPrices(market)) {
    market.setPrices(start);
    let revenue = market.revenue();
    for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      for (let j = 0; j < market.items; j++) {
        market.improve(j);
        await breathe();
      }
      const next = market.revenue();
      const gained = next - revenue;
      revenue = next;
      if (gained <= 1e-6 * revenue) break;
    }
    if (revenue > best.revenue) best = { prices: market.prices, revenue };
  }
  return best.prices;
}

/** Equal prices, and prices like the items' shares of values, each at its best scales; and prices that nobody pays. */
function startingPrices(market: AtomMarket): Float64Array[] {
  const shares = market.itemShares();
  const mean = shares.reduce((sum, share) => sum + share, 0) / market.items;
  const equal = shares.map(() => mean);
  return [...bestScales(market, equal), ...bestScales(market, shares), shares.map(() => UNPAYABLE * mean)];
}

function bestScales(market: AtomMarket, direction: Float64Array): Float64Array[] {
  const tried = SCALES.map((scale): FittedPrices => {
    const prices = direction.map((price) => price * scale);
    market.setPrices(prices);
    return { prices, revenue: market.revenue() };
  });
  return tried
    .sort((a, b) => b.revenue - a.revenue)
    .slice(0, SCALES_KEPT)
    .map(({ prices }) => prices);
}
