/** Revenue of a menu with buyers who take their best option or leave: plain doubles, nothing relaxed, no tensors. */
import type { Bidders } from '../buyers/bidders.ts';
import { choose, optionValue, type Menu } from './menu.ts';

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
}

/** @param buyers numbers of the buyers asked */
export function evaluateMenu(bidders: Bidders, buyers: Int32Array, menu: Menu): HardResult {
  const used = new Uint8Array(menu.options);
  let revenue = 0;
  let welfare = 0;
  let irViolations = 0;
  let sold = 0;
  for (const n of buyers) {
    const purchase = choose(bidders, n, menu);
    if (purchase.option < 0) continue;
    revenue += purchase.payment;
    welfare += purchase.value;
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
  };
}
