import { sampleVariance, standardError } from '../../shared/standard-error.ts';

/**
 * Mean and spread of vectors that come one at a time, coordinate by coordinate.
 * Sources: Welford, "Note on a method for calculating corrected sums of squares and products", Technometrics 4, 1962; Chan,
 * Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", COMPSTAT 1982.
 */
export class RunningMoments {
  readonly mean: Float64Array;
  /** Sums of the squared differences from the mean. */
  readonly squares: Float64Array;
  #count = 0;

  /** @param size coordinates of a vector */
  constructor(size: number) {
    this.mean = new Float64Array(size);
    this.squares = new Float64Array(size);
  }

  /** Bytes that the moments of that many coordinates take. */
  static bytes(size: number): number {
    return 2 * 8 * size;
  }

  get count(): number {
    return this.#count;
  }

  /** Adds the vector at `values[offset ..]`. */
  add(values: ArrayLike<number>, offset = 0): void {
    const { mean, squares } = this;
    this.#count += 1;
    for (let i = 0; i < mean.length; i++) {
      const x = values[offset + i]!;
      const delta = x - mean[i]!;
      mean[i] = mean[i]! + delta / this.#count;
      squares[i] = squares[i]! + delta * (x - mean[i]!);
    }
  }

  /** Adds all that `other` was given. */
  absorb(other: RunningMoments): void {
    const total = this.#count + other.#count;
    if (total === 0) return;
    const { mean, squares } = this;
    for (let i = 0; i < mean.length; i++) {
      const delta = other.mean[i]! - mean[i]!;
      squares[i] = squares[i]! + other.squares[i]! + (delta * delta * this.#count * other.#count) / total;
      mean[i] = mean[i]! + (delta * other.#count) / total;
    }
    this.#count = total;
  }

  /** Unbiased; NaN for fewer than 2 vectors. */
  variance(): Float64Array {
    return this.squares.map((square) => sampleVariance(this.#count, square));
  }
}

/** Mean of single numbers, and its standard error, 0 for one number. */
export function meanOf(moments: RunningMoments): { readonly mean: number; readonly standardError: number } {
  const { count, mean, squares } = moments;
  return { mean: mean[0]!, standardError: count < 2 ? 0 : standardError(count, squares[0]!) };
}
