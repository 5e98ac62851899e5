/** Revenue of a menu with buyers who take their best option or leave: plain doubles, nothing relaxed, no tensors. */
import type { Bidders } from '../buyers/bidders.ts';
import { choose, optionSize, optionValue, type Menu } from './menu.ts';

/** Buyers that a quick evaluation looks at, the first of the split (whose order is random). */
export const QUICK_BUYERS = 2000;

export interface HardResult {
  /** Mean payment of a buyer. */
  readonly revenue: number;
  /** Of that mean, as of a sample of all buyers: the payments' standard deviation divided by the root of their number. */
  readonly standardError: number;
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
  let squares = 0;
  let welfare = 0;
  let irViolations = 0;
  let sold = 0;
  for (const n of buyers) {
    const purchase = choose(bidders, n, menu);
    if (purchase.option < 0) continue;
    revenue += purchase.payment;
    squares += purchase.payment ** 2;
    welfare += purchase.value;
    payments[sold] = purchase.payment;
    sizes[sold] = optionSize(menu, purchase.option);
    sold += 1;
    used[purchase.option] = 1;
    if (menu.prices[purchase.option]! > optionValue(bidders, n, menu, purchase.option)) irViolations += 1;
  }
  const mean = revenue / buyers.length;
  return {
    revenue: mean,
    standardError: Math.sqrt(Math.max(0, squares / buyers.length - mean ** 2) / buyers.length),
    welfare: welfare / buyers.length,
    irViolations,
    optionsUsed: used.reduce((sum, one) => sum + one, 0) / menu.options,
    sold: sold / buyers.length,
    payments: payments.subarray(0, sold),
    sizes: sizes.subarray(0, sold),
  };
}

/**
 * Buyers who would be better off with another option, or with nothing, than with what they are assigned; 0 unless the choice is
 * broken, as telling the truth is best whatever the menu. Every option's utility is computed anew, apart from the choice.
 * @param assigned the option of buyer n, -1 for nothing
 */
export function countDsicViolations(
  bidders: Bidders,
  buyers: Int32Array,
  menu: Menu,
  assigned = (n: number) => choose(bidders, n, menu).option,
): number {
  let violations = 0;
  for (const n of buyers) {
    const utilityOf = (k: number) => (k < 0 ? 0 : optionValue(bidders, n, menu, k) - menu.prices[k]!);
    const own = utilityOf(assigned(n));
    for (let k = -1; k < menu.options; k++) {
      if (utilityOf(k) <= own) continue;
      violations += 1;
      break;
    }
  }
  return violations;
}
