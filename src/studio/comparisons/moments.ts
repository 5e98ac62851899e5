/** Mean and spread of one series over runs, step by step, kept up to date point by point. */

export interface SharedStep {
  readonly step: number;
  readonly n: number;
  readonly mean: number;
  /** Sum of the squared differences from the mean. */
  readonly squares: number;
}

/**
 * Takes points in any order of runs, those of one run in order of steps, and never looks at a point again.
 * Source of the update: B. P. Welford, "Note on a method for calculating corrected sums of squares and products",
 * Technometrics 4 (1962).
 */
export class Moments {
  readonly #rowOf = new Map<number, number>();
  readonly #steps: number[] = [];
  readonly #n: number[] = [];
  readonly #mean: number[] = [];
  readonly #squares: number[] = [];
  readonly #ends: number[];
  /** Rows by step; null: some row came out of order since. */
  #order: number[] | null = [];

  constructor(runs: number) {
    this.#ends = Array.from({ length: runs }, () => -1);
  }

  /** Rows, which is what its memory is proportional to. */
  get size(): number {
    return this.#steps.length;
  }

  /** Last step of a run; -1: it has none. */
  end(run: number): number {
    return this.#ends[run] ?? -1;
  }

  /** @param steps after all that the run has given so far */
  add(run: number, steps: ArrayLike<number>, values: ArrayLike<number>): void {
    for (let i = 0; i < steps.length; i++) this.#addPoint(steps[i]!, values[i]!);
    if (steps.length > 0) this.#ends[run] = steps[steps.length - 1]!;
  }

  /**
   * In order of steps: those at which every run that has got that far has a point. Where runs end, fewer take part. Runs
   * without points do not count.
   */
  *shared(): Generator<SharedStep, void, void> {
    const ends = this.#ends.filter((end) => end >= 0).sort((a, b) => a - b);
    let ended = 0;
    for (const row of this.#sorted()) {
      const step = this.#steps[row]!;
      while (ended < ends.length && ends[ended]! < step) ended += 1;
      const n = this.#n[row]!;
      if (n === ends.length - ended) {
        yield { step, n, mean: this.#mean[row]!, squares: this.#squares[row]! };
      }
    }
  }

  #addPoint(step: number, value: number): void {
    let row = this.#rowOf.get(step);
    if (row === undefined) {
      row = this.#steps.length;
      const last = this.#order?.at(-1);
      if (last !== undefined && this.#steps[last]! > step) this.#order = null;
      else this.#order?.push(row);
      this.#rowOf.set(step, row);
      this.#steps.push(step);
      this.#n.push(0);
      this.#mean.push(0);
      this.#squares.push(0);
    }
    const n = (this.#n[row]! += 1);
    const before = value - this.#mean[row]!;
    this.#mean[row]! += before / n;
    this.#squares[row]! += before * (value - this.#mean[row]!);
  }

  #sorted(): readonly number[] {
    this.#order ??= this.#steps.map((_, row) => row).sort((a, b) => this.#steps[a]! - this.#steps[b]!);
    return this.#order;
  }
}
