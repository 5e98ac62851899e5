/**
 * Streaming statistics of independent gradient estimates: mean and variance of each coordinate; bias, variance, mean squared
 * error and cosine similarity against a reference, with 95 % intervals.
 *
 * Estimates are dealt out to 16 groups, each with running moments. Intervals come from the spread between groups (Student t),
 * that of the squared bias from the jackknife over groups.
 *
 * The squared norm of the mean's error is too large by the variance of the mean, so that a perfect estimator would look
 * biased. Here the squared bias is the mean of (m_i - g)(m_j - g) over pairs of different groups, which has no bias of its own.
 *
 * Source: Efron, Stein, "The jackknife estimate of variance", Annals of Statistics 9, 1981.
 */
import type { GradientFigures, Interval } from '../../shared/gradient.ts';
import { RunningMoments } from '../statistics/running-moments.ts';

const GROUPS = 16;
/** Two-sided 95 % quantile of Student's t with GROUPS - 1 degrees of freedom. */
const T95 = 2.131449545559323;
/** Estimates below which a group may have no variance. */
const FEWEST = 2 * GROUPS;

type Vector = ArrayLike<number>;

interface Group {
  readonly moments: RunningMoments;
  errors: number;
  cosines: number;
}

/**
 * The gradient that estimates are compared with: two independent estimates of it, so that products of differences are free of
 * the variance that each has; the same twice where it is exact.
 */
export interface Reference {
  readonly first: Vector;
  readonly second: Vector;
}

export interface Moments {
  readonly mean: Float64Array;
  /** Of one estimate; NaN for fewer than 2. */
  readonly variance: Float64Array;
}

export class GradientStatistics {
  readonly #size: number;
  readonly #reference: Reference | undefined;
  /** Norm of the reference, which cosines are divided by. */
  readonly #norm: number;
  readonly #groups: readonly Group[];
  #count = 0;

  constructor(size: number, reference: Reference | undefined) {
    this.#size = size;
    this.#reference = reference;
    let square = 0;
    if (reference !== undefined) {
      for (let i = 0; i < size; i++) square += ((reference.first[i]! + reference.second[i]!) / 2) ** 2;
    }
    this.#norm = Math.sqrt(square);
    this.#groups = Array.from({ length: GROUPS }, () => ({
      moments: new RunningMoments(size),
      errors: 0,
      cosines: 0,
    }));
  }

  /** Bytes that statistics of that many coordinates take. */
  static bytes(size: number): number {
    return GROUPS * RunningMoments.bytes(size);
  }

  get count(): number {
    return this.#count;
  }

  /** Adds the estimate at `values[offset ..]`. */
  add(values: Vector, offset = 0): void {
    const group = this.#groups[this.#count % GROUPS]!;
    this.#count += 1;
    group.moments.add(values, offset);
    const reference = this.#reference;
    if (reference === undefined) return;
    let error = 0;
    let product = 0;
    let square = 0;
    for (let i = 0; i < this.#size; i++) {
      const x = values[offset + i]!;
      const [a, b] = [reference.first[i]!, reference.second[i]!];
      error += (x - a) * (x - b);
      product += (x * (a + b)) / 2;
      square += x * x;
    }
    group.errors += error;
    // An estimate of length 0 points nowhere.
    if (square > 0 && this.#norm > 0) group.cosines += product / Math.sqrt(square) / this.#norm;
  }

  moments(): Moments {
    const all = new RunningMoments(this.#size);
    for (const { moments } of this.#groups) all.absorb(moments);
    return { mean: all.mean, variance: all.variance() };
  }

  figures(): GradientFigures {
    if (this.#count < FEWEST) return { bias: null, variance: null, mse: null, cosine: null };
    const variance = between(
      this.#groups.map(({ moments }) => moments.variance().reduce((sum, own) => sum + own, 0)),
    );
    if (this.#reference === undefined) return { bias: null, variance, mse: null, cosine: null };
    const mse = between(this.#groups.map(({ errors, moments }) => errors / moments.count));
    const cosine =
      this.#norm === 0 ? null : between(this.#groups.map(({ cosines, moments }) => cosines / moments.count));
    return { bias: this.#bias(this.#reference), variance, mse, cosine };
  }

  #bias({ first, second }: Reference): Interval {
    const a = this.#groups.map(({ moments }) => moments.mean.map((m, i) => m - first[i]!));
    const b = this.#groups.map(({ moments }) => moments.mean.map((m, i) => m - second[i]!));
    const sumA = total(a, this.#size);
    const sumB = total(b, this.#size);
    const own = a.map((row, j) => dot(row, b[j]!));
    const ownSum = own.reduce((sum, value) => sum + value, 0);
    const whole = (dot(sumA, sumB) - ownSum) / (GROUPS * (GROUPS - 1));
    const without = a.map((row, j) => {
      // (S_a - a_j)(S_b - b_j)
      const products = dot(sumA, sumB) - dot(row, sumB) - dot(sumA, b[j]!) + own[j]!;
      return (products - (ownSum - own[j]!)) / ((GROUPS - 1) * (GROUPS - 2));
    });
    const center = without.reduce((sum, value) => sum + value, 0) / GROUPS;
    const spread = without.reduce((sum, value) => sum + (value - center) ** 2, 0);
    const half = T95 * Math.sqrt(((GROUPS - 1) / GROUPS) * spread);
    const root = (square: number) => Math.sqrt(Math.max(0, square));
    return { value: root(whole), low: root(whole - half), high: root(whole + half) };
  }
}

/** Mean of equally weighted groups, with its interval. */
function between(values: readonly number[]): Interval {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const half = T95 * Math.sqrt(square / values.length);
  return { value: mean, low: mean - half, high: mean + half };
}

function total(rows: readonly Float64Array[], size: number): Float64Array {
  const sum = new Float64Array(size);
  for (const row of rows) for (let i = 0; i < size; i++) sum[i] = sum[i]! + row[i]!;
  return sum;
}

function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
