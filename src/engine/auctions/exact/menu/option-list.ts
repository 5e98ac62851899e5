/** What a programme found, as options with prices from which every type takes the best: what it really earns. */
import type { BuyerTypes } from './buyer-types.ts';

/** Shares of one type's outcomes at a price; outcomes with a share of 0 are left out. */
export interface Option {
  readonly outcomes: readonly number[];
  readonly shares: readonly number[];
  /** In units of `BuyerTypes.scale`. */
  readonly price: number;
}

/**
 * An optimal menu leaves many buyers indifferent, and rounding would send half of them to the cheaper option. All prices are
 * lowered by this share, which makes the dearer of two options the better one by more than rounding can be.
 */
const REBATE = 1e-6;
/** Smaller shares are rounding. */
const SMALLEST_SHARE = 1e-9;

/**
 * @param shares of type n's i-th outcome, from slot(n) on
 * @param utility u_n
 */
export function optionsOf(types: BuyerTypes, utility: Float64Array, shares: Float64Array): readonly Option[] {
  const { count, outcomes: width, first, numbers, values } = types;
  const options = new Map<string, Option>();
  let slot = 0;
  for (let n = 0; n < count; n++) {
    const outcomes: number[] = [];
    const own: number[] = [];
    let worth = 0;
    for (let i = 0; i < numbers[n]!; i++, slot++) {
      const share = Math.min(1, shares[slot]!);
      if (share < SMALLEST_SHARE) continue;
      const outcome = first[n]! + i;
      outcomes.push(outcome);
      own.push(share > 1 - SMALLEST_SHARE ? 1 : share);
      worth += own.at(-1)! * values[n * width + outcome]!;
    }
    const price = (worth - utility[n]!) * (1 - REBATE);
    if (price <= 0) continue;
    options.set(`${price} ${outcomes.join()} ${own.join()}`, { outcomes, shares: own, price });
  }
  return [...options.values()];
}

/** Mean payment of the types when each takes its best option or none; the indifferent take the dearer one. */
export function revenueOf(types: BuyerTypes, options: readonly Option[]): number {
  const { count, outcomes: width, values } = types;
  let sum = 0;
  for (let n = 0; n < count; n++) {
    let best = 0;
    let paid = 0;
    for (const { outcomes, shares, price } of options) {
      let utility = -price;
      for (let i = 0; i < outcomes.length; i++) utility += shares[i]! * values[n * width + outcomes[i]!]!;
      if (utility > best || (utility === best && price > paid)) {
        best = utility;
        paid = price;
      }
    }
    sum += paid;
  }
  return sum / count;
}
