/** Revenue of a menu with buyers who take their best option or leave: plain doubles, nothing relaxed, no tensors. */
import type { Bidders } from '../buyers/bidders.ts';
import { meanOf, RunningMoments } from '../../statistics/running-moments.ts';
import { choose, optionSize, optionValue, type Menu, type Purchase } from './menu.ts';

/** Buyers that a quick evaluation looks at, the first of the split (whose order is random). */
export const QUICK_BUYERS = 2000;

export interface HardResult {
  /** Mean payment of a buyer. */
  readonly revenue: number;
  /** Of that mean, as of a sample of all buyers; 0 for one buyer. */
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
  const evaluation = new HardEvaluation(bidders, buyers.length, menu);
  for (const n of buyers) evaluation.ask(n);
  return evaluation.result();
}

/** The same, a buyer at a time, for callers who have to do something else in between. */
export class HardEvaluation {
  readonly #bidders: Bidders;
  readonly #menu: Menu;
  readonly #used: Uint8Array;
  readonly #payments: Float64Array;
  readonly #sizes: Float64Array;
  #asked = 0;
  #sold = 0;
  #revenue = 0;
  readonly #paid = new RunningMoments(1);
  #welfare = 0;
  #irViolations = 0;

  /** @param most buyers that will be asked */
  constructor(bidders: Bidders, most: number, menu: Menu) {
    this.#bidders = bidders;
    this.#menu = menu;
    this.#used = new Uint8Array(menu.options);
    this.#payments = new Float64Array(most);
    this.#sizes = new Float64Array(most);
  }

  /** What buyer `n` takes. */
  ask(n: number): Purchase {
    const menu = this.#menu;
    const purchase = choose(this.#bidders, n, menu);
    const { option, payment, value } = purchase;
    this.#asked += 1;
    this.#paid.add([option < 0 ? 0 : payment]);
    if (option < 0) return purchase;
    this.#revenue += payment;
    this.#welfare += value;
    this.#payments[this.#sold] = payment;
    this.#sizes[this.#sold] = optionSize(menu, option);
    this.#sold += 1;
    this.#used[option] = 1;
    if (menu.prices[option]! > optionValue(this.#bidders, n, menu, option)) this.#irViolations += 1;
    return purchase;
  }

  result(): HardResult {
    const revenue = this.#revenue / this.#asked;
    return {
      revenue,
      standardError: meanOf(this.#paid).standardError,
      welfare: this.#welfare / this.#asked,
      irViolations: this.#irViolations,
      optionsUsed: this.#used.reduce((sum, one) => sum + one, 0) / this.#menu.options,
      sold: this.#sold / this.#asked,
      payments: this.#payments.subarray(0, this.#sold),
      sizes: this.#sizes.subarray(0, this.#sold),
    };
  }
}

/**
 * Would buyer `n` be better off with another option, or with nothing, than with `assigned` (-1: nothing)? False unless the choice
 * is broken, as telling the truth is best whatever the menu. Every option's utility is computed anew, apart from the choice.
 */
export function prefersAnother(bidders: Bidders, n: number, menu: Menu, assigned: number): boolean {
  const utilityOf = (k: number) => (k < 0 ? 0 : optionValue(bidders, n, menu, k) - menu.prices[k]!);
  const own = utilityOf(assigned);
  for (let k = -1; k < menu.options; k++) if (utilityOf(k) > own) return true;
  return false;
}
