/**
 * The menu that earns the most from a finite number of buyers, as a programme over what each type n gets (x_n, shares of its
 * outcomes) and keeps (utility u_n >= 0):
 *
 *   maximise mean_n [v_n(x_n) - u_n]  over  u_n >= u_k + v_n(x_k) - v_k(x_k)  for all n, k
 *
 * The rows say that nobody prefers another's option (IC), u_n >= 0 that nobody is worse off than without buying (IR). With
 * shares in [0, 1] this is a linear programme and its optimum the revenue-optimal mechanism for these types; with whole
 * shares an integer one, and the optimal deterministic menu.
 *
 * There are n^2 rows and few of them matter. So rows are added as they are violated. Until then the programme is a relaxation,
 * whose optimum is a bound; and its options, offered as a menu from which each buyer takes what it likes best, earn what they
 * earn: both are true at any time, and meet at the end.
 */
import type { BuyerTypes } from './buyer-types.ts';
import { IncentiveRows, menuColumns } from './incentive-rows.ts';
import { LinearModel } from '../linear-model.ts';
import { optionsOf, revenueOf, type Option } from './option-list.ts';
import type { SolveWatch } from '../watch.ts';
import { bestPostedPrice } from '../../baselines/posted-price.ts';

/** In units of `BuyerTypes.scale`. */
export interface MenuSolution {
  readonly status: 'optimal' | 'time-limit' | 'infeasible';
  /** The best menu found. */
  readonly options: readonly Option[];
  /** Mean payment of the types at that menu. */
  readonly value: number;
  /** No menu earns more from these types (deterministic: no deterministic one). */
  readonly bound: number;
}

/** Relative distance of value and bound at which they count as equal. */
const SOLVED_GAP = 1e-5;

/** @param deterministic whole shares only */
export async function optimalMenu(
  types: BuyerTypes,
  deterministic: boolean,
  watch: SolveWatch,
): Promise<MenuSolution> {
  const best = new BestMenu(types, deterministic, watch);
  const rows = new IncentiveRows(types);
  best.offer(bundlePriced(types));
  // The relaxation's rows are a good beginning for the integer programme, and its bound holds there too.
  let feasible = await addRowsUntilSolved(types, rows, false, best, watch);
  if (deterministic && feasible) feasible = await addRowsUntilSolved(types, rows, true, best, watch);
  return best.solution(feasible);
}

/** @returns false if the programme has no solution at all */
async function addRowsUntilSolved(
  types: BuyerTypes,
  rows: IncentiveRows,
  whole: boolean,
  best: BestMenu,
  watch: SolveWatch,
): Promise<boolean> {
  const model = await LinearModel.create(menuColumns(types, whole), rows.all);
  try {
    while (!watch.over) {
      const { status, x, bound } = model.solve(watch, {
        onProgress: (_value, proved) => best.prove(proved),
        onImproved: (found) => best.offer(found),
      });
      if (status === 'infeasible') return false;
      best.prove(bound);
      if (x === null) return true;
      best.offer(x);
      if (status === 'time-limit') return true;
      const violated = rows.violated(x);
      if (violated.length === 0) return true;
      model.addRows(violated);
      await watch.host.breathe();
    }
    return true;
  } finally {
    model.dispose();
  }
}

class BestMenu {
  readonly #types: BuyerTypes;
  readonly #deterministic: boolean;
  readonly #watch: SolveWatch;
  #options: readonly Option[] = [];
  #value = 0;
  /** Nobody pays more than everything is worth to them. */
  #bound = 1;

  constructor(types: BuyerTypes, deterministic: boolean, watch: SolveWatch) {
    this.#types = types;
    this.#deterministic = deterministic;
    this.#watch = watch;
    this.#tell();
  }

  prove(bound: number): void {
    this.#bound = Math.min(this.#bound, bound);
    this.#tell();
  }

  /** What a relaxation gives every type, as a menu. */
  offer(x: Float64Array): void {
    const { count } = this.#types;
    const shares = x.subarray(count);
    const allowed = this.#deterministic ? shares.map(Math.round) : shares;
    const options = optionsOf(this.#types, x.subarray(0, count), allowed);
    const value = revenueOf(this.#types, options);
    if (value <= this.#value) return;
    this.#value = value;
    this.#options = options;
    this.#tell();
  }

  solution(feasible: boolean): MenuSolution {
    const solved = this.#bound - this.#value <= SOLVED_GAP * this.#bound;
    const status = !feasible ? 'infeasible' : solved ? 'optimal' : 'time-limit';
    return { status, options: this.#options, value: this.#value, bound: this.#bound };
  }

  #tell(): void {
    const { scale } = this.#types;
    this.#watch.found({ value: this.#value * scale, bound: this.#bound * scale });
  }
}

/**
 * A mechanism to begin with: the best single price for everything, at which each type takes what it likes best.
 * @returns a feasible x of the menu programme (`menuColumns`): utilities, then shares
 */
export function bundlePriced(types: BuyerTypes): Float64Array {
  const { count, numbers, exclusive } = types;
  const worths = Array.from({ length: count }, (_, n) => ownValues(types, n));
  const grand = Float64Array.from(worths, (own) =>
    own.reduce((sum, value) => (exclusive ? Math.max(sum, value) : sum + value), 0),
  );
  const { price } = bestPostedPrice(grand);
  const x = new Float64Array(count + numbers.reduce((sum, number) => sum + number, 0));
  let slot = count;
  worths.forEach((own, n) => {
    if (grand[n]! >= price) {
      x[n] = grand[n]! - price;
      if (exclusive) x[slot + own.indexOf(grand[n]!)] = 1;
      else x.fill(1, slot, slot + own.length);
    }
    slot += own.length;
  });
  return x;
}

function ownValues({ values, outcomes, first, numbers }: BuyerTypes, n: number): Float64Array {
  const start = n * outcomes + first[n]!;
  return values.subarray(start, start + numbers[n]!);
}
