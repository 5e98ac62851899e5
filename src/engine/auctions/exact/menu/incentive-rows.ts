/** The columns of a menu programme, and those of its n^2 incentive rows that have been added so far. */
import type { BuyerTypes } from './buyer-types.ts';
import type { Columns, Row } from '../linear-model.ts';

/**
 * Rows added for a type in one round, its most violated ones. Many, as each round costs more than its rows: measured on 300
 * additive types, rows of 3 took 76 rounds and 17 s, of 100 7 rounds and 6 s.
 */
const ROWS_A_TYPE = 100;
/** Rows added in one round: of very many types, fewer each. */
const ROWS_A_ROUND = 50_000;
/** Envy below this is rounding. */
const ENVY = 1e-8;

/** Columns: u_n for every type, then the shares of its outcomes, type by type. */
export function menuColumns(types: BuyerTypes, whole: boolean): Columns {
  const { count, values, outcomes, first, numbers } = types;
  const width = count + numbers.reduce((sum, number) => sum + number, 0);
  const gain = new Float64Array(width).fill(-1 / count, 0, count);
  let column = count;
  for (let n = 0; n < count; n++)
    for (let i = 0; i < numbers[n]!; i++) gain[column++] = values[n * outcomes + first[n]! + i]! / count;
  return {
    gain,
    lower: new Float64Array(width),
    upper: new Float64Array(width).fill(Infinity, 0, count).fill(1, count),
    ...(whole ? { whole: new Uint8Array(width).fill(1, count) } : {}),
  };
}

export class IncentiveRows {
  readonly #types: BuyerTypes;
  /** Column of the first share of each type. */
  readonly #slots: Int32Array;
  readonly #known = new Set<number>();
  readonly #all: Row[];

  constructor(types: BuyerTypes) {
    const { count, numbers, exclusive } = types;
    this.#types = types;
    this.#slots = new Int32Array(count);
    let slot = count;
    for (let n = 0; n < count; n++) {
      this.#slots[n] = slot;
      slot += numbers[n]!;
    }
    this.#all = exclusive ? this.#exclusion() : [];
  }

  /** Those that say that shares add up to 1 at most, and every incentive row so far. */
  get all(): readonly Row[] {
    return this.#all;
  }

  /** Adds rows that x violates, and returns them; none: x is a mechanism. */
  violated(x: Float64Array): readonly Row[] {
    const { count, values, outcomes, first, numbers } = this.#types;
    const added: Row[] = [];
    const most = Math.min(ROWS_A_TYPE, Math.ceil(ROWS_A_ROUND / count));
    for (let n = 0; n < count; n++) {
      const worst: { k: number; envy: number }[] = [];
      for (let k = 0; k < count; k++) {
        if (k === n) continue;
        let envy = x[k]! - x[n]!;
        for (let i = 0; i < numbers[k]!; i++) {
          const share = x[this.#slots[k]! + i]!;
          const outcome = first[k]! + i;
          if (share !== 0)
            envy += share * (values[n * outcomes + outcome]! - values[k * outcomes + outcome]!);
        }
        if (envy > ENVY && !this.#known.has(n * count + k)) worst.push({ k, envy });
      }
      worst.sort((a, b) => b.envy - a.envy);
      for (const { k } of worst.slice(0, most)) {
        this.#known.add(n * count + k);
        added.push(this.#row(n, k));
      }
    }
    for (const row of added) this.#all.push(row);
    return added;
  }

  /** u_n - u_k - sum_o x_ko (v_n(o) - v_k(o)) >= 0. */
  #row(n: number, k: number): Row {
    const { values, outcomes, first, numbers } = this.#types;
    const columns = [n, k];
    const coefficients = [1, -1];
    for (let i = 0; i < numbers[k]!; i++) {
      const outcome = first[k]! + i;
      const difference = values[n * outcomes + outcome]! - values[k * outcomes + outcome]!;
      if (difference === 0) continue;
      columns.push(this.#slots[k]! + i);
      coefficients.push(-difference);
    }
    return { lower: 0, upper: Infinity, columns, values: coefficients };
  }

  #exclusion(): Row[] {
    const { numbers } = this.#types;
    return Array.from(this.#slots).flatMap((slot, n): Row[] => {
      if (numbers[n]! < 2) return [];
      const columns = Array.from({ length: numbers[n]! }, (_, i) => slot + i);
      return [{ lower: -Infinity, upper: 1, columns, values: columns.map(() => 1) }];
    });
  }
}
