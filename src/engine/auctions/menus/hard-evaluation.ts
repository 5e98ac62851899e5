/** Revenue of a menu with buyers who take their best option or leave: plain doubles, nothing relaxed, no tensors. */
import type { Bidders } from '../buyers/bidders.ts';
import { choose, optionSize, optionValue, type Menu } from './menu.ts';

/** Buyers that a quick evaluation looks at, the first of the split (whose order is random). */
export const QUICK_BUYERS = 2000;

export interface HardResult {
  /** Mean payment of a buyer. */
  readonly revenue: number;
  /** Mean value of what a buyer got. */
  readonly welfare: number;
  /** Buyers who paid more than their option is worth to them; counted apart from the choice, and 0 unless that is broken. */
  readonly irViolations: number;
  /** Share of the K options that some buyer bought. */
  readonly optionsUsed: number;
  /** Share of the buyers who bought an option. */
  readonly sold: number;
  /** What the buyers who bought paid, in their order. */
  readonly payments: Float64Array;
  /** How many items they got: of a lottery the expected number. */
  readonly sizes: Float64Array;
}

/** @param buyers numbers of the buyers asked */
export function evaluateMenu(bidders: Bidders, buyers: Int32Array, menu: Menu): HardResult {
  const used = new Uint8Array(menu.options);
  const payments = new Float64Array(buyers.length);
  const sizes = new Float64Array(buyers.length);
  let revenue = 0;
  let welfare = 0;
  let irViolations = 0;
  let sold = 0;
  for (const n of buyers) {
    const purchase = choose(bidders, n, menu);
    if (purchase.option < 0) continue;
    revenue += purchase.payment;
    welfare += purchase.value;
    payments[sold] = purchase.payment;
    sizes[sold] = optionSize(menu, purchase.option);
    sold += 1;
    used[purchase.option] = 1;
    if (menu.prices[purchase.option]! > optionValue(bidders, n, menu, purchase.option)) irViolations += 1;
  }
  return {
    revenue: revenue / buyers.length,
    welfare: welfare / buyers.length,
    irViolations,
    optionsUsed: used.reduce((sum, one) => sum + one, 0) / menu.options,
    sold: sold / buyers.length,
    payments: payments.subarray(0, sold),
    sizes: sizes.subarray(0, sold),
  };
}
