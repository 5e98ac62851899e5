/**
 * Prices of fixed options for buyers who take one of them or nothing, by coordinate ascent. With the other prices fixed, buyer n
 * takes option k exactly if price_k <= t_n, what k is worth minus the best utility without k. So revenue as a function of price_k
 * rises between thresholds and its maximum is at one of them: each step is exact, and revenue never falls.
 */

/** Utilities that differ by less, relative to the value, are equal: rounding must not decide what an indifferent buyer does. */
const INDIFFERENT = 1e-9;
/** Gains of later sweeps are far below sampling error. */
const MOST_SWEEPS = 12;
const LEAST_GAIN = 1e-6;

/** The index of nothing, whose value and price are 0. */
const NOTHING = -1;

/** The option that a buyer takes, the dearer one if indifferent. */
export function bestOption(
  values: ArrayLike<number>,
  start: number,
  prices: Float64Array,
  without = NOTHING,
): number {
  let best = NOTHING;
  let utility = 0;
  let paid = 0;
  for (let k = 0; k < prices.length; k++) {
    if (k === without) continue;
    const value = values[start + k]!;
    const own = value - prices[k]!;
    const slack = INDIFFERENT * value;
    if (own > utility + slack || (own >= utility - slack && prices[k]! > paid)) {
      best = k;
      utility = own;
      paid = prices[k]!;
    }
  }
  return best;
}

/** Some buyers, what each option is worth to them, and a price of each option. */
export class PricedOptions {
  readonly options: number;
  readonly #values: Float64Array;
  readonly #buyers: number;
  #prices: Float64Array;

  /** @param values of option k for buyer n at n * options + k */
  constructor(values: Float64Array, options: number) {
    this.options = options;
    this.#values = values;
    this.#buyers = values.length / options;
    this.#prices = new Float64Array(options);
  }

  get prices(): Float64Array {
    return this.#prices.slice();
  }

  setPrices(prices: Float64Array): void {
    this.#prices = prices.slice();
  }

  /** Mean payment. */
  revenue(): number {
    let sum = 0;
    for (let n = 0; n < this.#buyers; n++) {
      const best = bestOption(this.#values, n * this.options, this.#prices);
      if (best !== NOTHING) sum += this.#prices[best]!;
    }
    return sum / this.#buyers;
  }

  /** Mean value of an option. */
  meanValue(k: number): number {
    let sum = 0;
    for (let n = 0; n < this.#buyers; n++) sum += this.#values[n * this.options + k]!;
    return sum / this.#buyers;
  }

  /** Sets the price of option k to the best one, given the others. */
  improve(k: number): void {
    const takers: { threshold: number; without: number }[] = [];
    for (let n = 0; n < this.#buyers; n++) {
      const start = n * this.options;
      const other = bestOption(this.#values, start, this.#prices, k);
      const without = other === NOTHING ? 0 : this.#prices[other]!;
      const utility = other === NOTHING ? 0 : this.#values[start + other]! - without;
      const threshold = this.#values[start + k]! - utility;
      if (threshold > 0) takers.push({ threshold, without });
    }
    takers.sort((a, b) => b.threshold - a.threshold);
    // Gain over a price at which nobody takes k. At their own threshold buyers are indifferent and take the dearer option.
    let [sure, lost, best] = [0, 0, 0];
    let price = takers[0] === undefined ? this.#prices[k]! : takers[0].threshold * 2;
    for (let first = 0, next = 0; first < takers.length; first = next) {
      const { threshold } = takers[first]!;
      let gain = sure * threshold - lost;
      for (; next < takers.length && takers[next]!.threshold === threshold; next++) {
        const { without } = takers[next]!;
        gain += Math.max(0, threshold - without);
        sure += 1;
        lost += without;
      }
      if (gain > best) {
        best = gain;
        price = threshold;
      }
    }
    this.#prices[k] = price;
  }
}

interface FittedPrices {
  readonly prices: Float64Array;
  readonly revenue: number;
}

/** The best prices found from these starts, by the revenue from the options' own buyers. The options are left at other prices. */
export async function fitPrices(
  market: PricedOptions,
  starts: readonly Float64Array[],
  breathe: () => Promise<void>,
): Promise<Float64Array> {
  let best: FittedPrices = { prices: new Float64Array(market.options), revenue: -1 };
  for (const start of starts) {
    market.setPrices(start);
    let revenue = market.revenue();
    for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      for (let k = 0; k < market.options; k++) {
        market.improve(k);
        await breathe();
      }
      const next = market.revenue();
      const gained = next - revenue;
      revenue = next;
      if (gained <= LEAST_GAIN * revenue) break;
    }
    if (revenue > best.revenue) best = { prices: market.prices, revenue };
  }
  return best.prices;
}
