/**
 * Winner determination by branching on a good: one of the bids for it, or it stays unsold. The bound is that of dual prices
 * (`dualPrices`), which were optimal at the root and cost a sum at every node: what has been lost of it cannot come back.
 * Depth first, the smallest loss first, so that good allocations come early.
 * Source: Sandholm, "Algorithm for optimal winner determination in combinatorial auctions", Artificial Intelligence 135 (2002)
 * for branching; the bound is weak duality.
 */
import type { SolveWatch } from '../watch.ts';
import { greedyAllocation } from './greedy.ts';
import { valueOf, type WinnerInstance, type WinnerSolution } from './instance.ts';
import { relaxWinner } from './mip.ts';

/** Nodes between two looks at the clock: some milliseconds. */
const BREATH = 64;
/** Sums of values that differ by less, relative to the bound, are equal. */
const ROUNDING = 1e-9;
/** In the place of a bid: the good stays unsold. */
const UNSOLD = -1;

export async function solveWinnerByBranching(
  instance: WinnerInstance,
  watch: SolveWatch,
): Promise<WinnerSolution> {
  const { multipliers, x, value } = await relaxWinner(instance, watch);
  const search = new Search(instance, dualPrices(instance, multipliers), x);
  for (let node = 1; search.advance(); node++) {
    if (node % BREATH !== 0) continue;
    watch.found({ value: search.value, bound: search.bound });
    await watch.host.breathe();
    if (watch.over) break;
  }
  const status = search.open ? 'time-limit' : 'optimal';
  return { status, accepted: search.best, bound: search.bound, relaxation: value };
}

interface Choice {
  /** A bid, or `UNSOLD`. */
  readonly bid: number;
  /** No allocation below this choice is worth more. */
  readonly bound: number;
}

interface Frame {
  /** The good that is branched on. */
  readonly good: number;
  /** Best bound first. */
  readonly choices: readonly Choice[];
  /** The choice to try next; the one before it is under way. */
  next: number;
}

class Search {
  readonly #instance: WinnerInstance;
  readonly #prices: DualPrices;
  readonly #rounding: number;
  readonly #stack: Frame[] = [];
  /** 1: sold or given up. */
  readonly #goods: Uint8Array;
  /** 1: has a bid accepted. */
  readonly #served: Uint8Array;
  readonly #chosen: number[] = [];
  /** Slacks of the chosen bids and prices of the goods given up. */
  #lost = 0;
  #best: readonly number[];
  #value: number;

  /** @param relaxed x of the linear relaxation, for a first allocation */
  constructor(instance: WinnerInstance, prices: DualPrices, relaxed: Float64Array | null) {
    this.#instance = instance;
    this.#prices = prices;
    this.#rounding = ROUNDING * prices.total;
    this.#goods = new Uint8Array(instance.goods);
    this.#served = new Uint8Array(instance.bidders);
    this.#best = greedyAllocation(instance, relaxed);
    this.#value = valueOf(instance, this.#best);
    this.#enter();
  }

  get best(): readonly number[] {
    return this.#best;
  }

  get value(): number {
    return this.#value;
  }

  /** Is there anything left to try? */
  get open(): boolean {
    return this.#stack.length > 0;
  }

  /** No allocation is worth more, up to rounding. */
  get bound(): number {
    return this.#stack.reduce(
      (most, { choices, next }) => Math.max(most, choices[next]?.bound ?? -Infinity),
      this.#value,
    );
  }

  /** One step of the search; false: there is none left. */
  advance(): boolean {
    const frame = this.#stack.at(-1);
    if (frame === undefined) return false;
    const before = frame.choices[frame.next - 1];
    if (before !== undefined) this.#mark(frame.good, before.bid, false);
    const choice = frame.choices[frame.next];
    if (choice === undefined || !this.#promises(choice.bound)) {
      this.#stack.pop();
      return this.open;
    }
    frame.next += 1;
    this.#mark(frame.good, choice.bid, true);
    this.#enter();
    return true;
  }

  /** Makes a choice or takes it back. */
  #mark(good: number, bid: number, made: boolean): void {
    const state = made ? 1 : 0;
    const sign = made ? 1 : -1;
    if (bid === UNSOLD) {
      this.#goods[good] = state;
      this.#lost += sign * this.#prices.goods[good]!;
      return;
    }
    const { goods, bidder } = this.#instance.bids[bid]!;
    for (const g of goods) this.#goods[g] = state;
    this.#served[bidder] = state;
    this.#lost += sign * this.#prices.slacks[bid]!;
    if (made) this.#chosen.push(bid);
    else this.#chosen.pop();
  }

  /** Looks at where the search stands: an allocation, a good to branch on, or nothing that is worth it. */
  #enter(): void {
    const { bids } = this.#instance;
    const { slacks, goods: prices } = this.#prices;
    let open: number[] = [];
    for (let b = 0; b < bids.length; b++) {
      const { goods, bidder } = bids[b]!;
      if (this.#served[bidder] === 0 && goods.every((g) => this.#goods[g] === 0)) open.push(b);
    }
    let bound = Infinity;
    let wanted = this.#demand(open);
    for (let before = -1; open.length !== before; wanted = this.#demand(open)) {
      before = open.length;
      bound = this.#boundWith(open, wanted);
      // A bid with a larger slack than what is left to lose is in no better allocation.
      const left = bound;
      open = open.filter((b) => this.#promises(left - slacks[b]!));
    }
    if (open.length === 0) this.#offer();
    if (open.length === 0 || !this.#promises(bound)) return;
    const good = rarest(wanted);
    const choices = open
      .filter((b) => bids[b]!.goods.includes(good))
      .map((bid): Choice => ({ bid, bound: bound - slacks[bid]! }));
    choices.push({ bid: UNSOLD, bound: bound - prices[good]! });
    this.#stack.push({ good, choices: choices.sort((a, b) => b.bound - a.bound), next: 0 });
  }

  /** How many of these bids are for each good. */
  #demand(open: readonly number[]): Int32Array {
    const wanted = new Int32Array(this.#instance.goods);
    for (const b of open) for (const g of this.#instance.bids[b]!.goods) wanted[g] = wanted[g]! + 1;
    return wanted;
  }

  /** What allocations with the chosen and some of the open bids are worth at most. */
  #boundWith(open: readonly number[], wanted: Int32Array): number {
    const { goods: prices, bidders: shares, total } = this.#prices;
    const hopeful = this.#served.slice();
    for (const b of open) hopeful[this.#instance.bids[b]!.bidder] = 1;
    let bound = total - this.#lost;
    wanted.forEach((count, g) => {
      if (count === 0 && this.#goods[g] === 0) bound -= prices[g]!;
    });
    hopeful.forEach((hopes, n) => {
      if (hopes === 0) bound -= shares[n]!;
    });
    return bound;
  }

  #promises(bound: number): boolean {
    return bound > this.#value + this.#rounding;
  }

  #offer(): void {
    const value = valueOf(this.#instance, this.#chosen);
    if (value <= this.#value) return;
    this.#value = value;
    this.#best = this.#chosen.slice();
  }
}

/** The good with the fewest bids, of those that have one. */
function rarest(wanted: Int32Array): number {
  return wanted.reduce(
    (best, count, g) => (count > 0 && !(count >= (wanted[best] || Infinity)) ? g : best),
    0,
  );
}

/**
 * Prices pi_g of goods and mu_n of bidders, all >= 0, at which no bid is worth more than what it takes:
 * v_b <= mu_n(b) + sum_(g in T_b) pi_g. Whatever is accepted then earns at most sum pi + sum mu, and loses from that
 * the slack of each accepted bid, the price of each good that is not sold and of each bidder that gets nothing.
 */
interface DualPrices {
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
