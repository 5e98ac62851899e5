/** One histogram per coordinate of a stream of gradients. The first samples fix the range, later ones beyond it are counted. */
import type { Histogram } from '../../shared/gradient.ts';

/** Share of the range of the first samples that is added on either side. */
const MARGIN = 0.15;

interface Bins {
  readonly low: number;
  readonly high: number;
  readonly counts: number[];
  below: number;
  above: number;
}

export class Histograms {
  readonly #size: number;
  readonly #bins: number;
  readonly #include: ArrayLike<number> | undefined;
  #each: Bins[] = [];

  /** @param include a value of each coordinate that must be in the range: the exact gradient */
  constructor(size: number, bins: number, include: ArrayLike<number> | undefined) {
    this.#size = size;
    this.#bins = bins;
    this.#include = include;
  }

  /** Adds whole rows of [rows, size]. */
  add(values: ArrayLike<number>): void {
    if (this.#each.length === 0)
      this.#each = Array.from({ length: this.#size }, (_, i) => this.#range(values, i));
    for (let offset = 0; offset < values.length; offset += this.#size) {
      this.#each.forEach((bins, i) => put(bins, values[offset + i]!));
    }
  }

  get histograms(): Histogram[] {
    return this.#each.map((bins) => ({ ...bins, counts: [...bins.counts] }));
  }

  #range(values: ArrayLike<number>, i: number): Bins {
    let low = this.#include?.[i] ?? Infinity;
    let high = this.#include?.[i] ?? -Infinity;
    for (let at = i; at < values.length; at += this.#size) {
      low = Math.min(low, values[at]!);
      high = Math.max(high, values[at]!);
    }
    // A constant estimate gets a range of its own size.
    const margin = MARGIN * (high - low) || 0.1 * Math.abs(high) || 1;
    return {
      low: low - margin,
      high: high + margin,
      counts: new Array<number>(this.#bins).fill(0),
      below: 0,
      above: 0,
    };
  }
}

function put(bins: Bins, value: number): void {
  const { low, high, counts } = bins;
  if (value < low) bins.below += 1;
  else if (value > high) bins.above += 1;
  else {
    const at = Math.min(counts.length - 1, Math.floor(((value - low) / (high - low)) * counts.length));
    counts[at] = counts[at]! + 1;
  }
}
