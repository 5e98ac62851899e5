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
/**
 * A coordinate's spread counts as that of a few estimates where one has this share of all squared differences from the mean. Of
 * n normal numbers one has (2 ln n) / n: few n have a share of MOST_OF_FEW / n.
 */
const MOST = 0.1;
const MOST_OF_FEW = 20;
/** Share of the variance from which a coordinate matters to the figures over all. */
const MATTERS = 0.01;

type Vector = ArrayLike<number>;

interface Bounded extends Interval {
  readonly low: number;
  readonly high: number;
}

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
  /** Does one estimate make up much of the variance? Then neither it nor the standard error is known. */
  readonly heavy: readonly boolean[];
}

export class GradientStatistics {
  readonly #size: number;
  readonly #reference: Reference | undefined;
  /** Norm of the reference, which cosines are divided by. */
  readonly #norm: number;
  readonly #groups: readonly Group[];
  /** Of each coordinate. */
  readonly #least: Float64Array;
  readonly #most: Float64Array;
  #count = 0;
  /** Estimates that are not 0: those that point somewhere. */
  #pointing = 0;

  constructor(size: number, reference: Reference | undefined) {
    this.#size = size;
    this.#reference = reference;
    let square = 0;
    if (reference !== undefined) {
      for (let i = 0; i < size; i++) square += ((reference.first[i]! + reference.second[i]!) / 2) ** 2;
    }
    this.#norm = Math.sqrt(square);
    this.#least = new Float64Array(size).fill(Infinity);
    this.#most = new Float64Array(size).fill(-Infinity);
    this.#groups = Array.from({ length: GROUPS }, () => ({
      moments: new RunningMoments(size),
      errors: 0,
      cosines: 0,
    }));
  }

  /** Bytes that statistics of that many coordinates take. */
  static bytes(size: number): number {
    return (GROUPS + 1) * RunningMoments.bytes(size);
  }

  get count(): number {
    return this.#count;
  }

  /** Adds the estimate at `values[offset ..]`. */
  add(values: Vector, offset = 0): void {
    const group = this.#groups[this.#count % GROUPS]!;
    this.#count += 1;
    group.moments.add(values, offset);
    let pointing = false;
    for (let i = 0; i < this.#size; i++) {
      const x = values[offset + i]!;
      if (x < this.#least[i]!) this.#least[i] = x;
      if (x > this.#most[i]!) this.#most[i] = x;
      pointing ||= x !== 0;
    }
    if (pointing) this.#pointing += 1;
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

  /** Is every estimate 0 in all coordinates? */
  get vanishes(): boolean {
    return this.#pointing === 0;
  }

  moments(): Moments {
    const all = new RunningMoments(this.#size);
    for (const { moments } of this.#groups) all.absorb(moments);
    const { mean, squares } = all;
    const share = Math.max(MOST, MOST_OF_FEW / this.#count);
    const heavy = Array.from(mean, (center, i) => {
      const farthest = Math.max(this.#most[i]! - center, center - this.#least[i]!);
      return farthest ** 2 > share * squares[i]!;
    });
    return { mean, variance: all.variance(), heavy };
  }

  /** Does a coordinate whose variance is that of a few estimates matter to the figures? */
  get isHeavy(): boolean {
    const { variance, heavy } = this.moments();
    const sum = variance.reduce((all, own) => all + own, 0);
    return heavy.some((is, i) => is && variance[i]! > MATTERS * sum);
  }

  /** @param trusted false: without intervals, whatever the samples look like */
  figures(trusted = true): GradientFigures {
    if (this.#count < FEWEST) return { bias: null, variance: null, mse: null, cosine: null };
    const shown = (interval: Interval) =>
      trusted && !this.isHeavy ? interval : { ...interval, low: null, high: null };
    const variance = shown(
      notNegative(
        between(this.#groups.map(({ moments }) => moments.variance().reduce((sum, own) => sum + own, 0))),
      ),
    );
    if (this.#reference === undefined) return { bias: null, variance, mse: null, cosine: null };
    const mse = notNegative(between(this.#groups.map(({ errors, moments }) => errors / moments.count)));
    const cosine = between(this.#groups.map(({ cosines, moments }) => cosines / moments.count));
    return {
      bias: shown(this.#bias(this.#reference)),
      variance,
      mse: shown(mse),
      cosine: this.#norm === 0 || this.vanishes ? null : shown(cosine),
    };
  }

  /**
   * The jackknife's spread is too small where the bias is near 0, as the estimate has no linear part there: the half width is at
   * least what the products of pairs of groups, which are uncorrelated there, say. A square that comes out below 0 is no evidence
   * of a bias smaller than what could be seen: the upper end begins at 0.
   */
  #bias({ first, second }: Reference): Interval {
    const a = this.#groups.map(({ moments }) => moments.mean.map((m, i) => m - first[i]!));
    const b = this.#groups.map(({ moments }) => moments.mean.map((m, i) => m - second[i]!));
    const sumA = total(a, this.#size);
    const sumB = total(b, this.#size);
    const own = a.map((row, j) => dot(row, b[j]!));
    const ownSum = own.reduce((sum, value) => sum + value, 0);
    const pairs = GROUPS * (GROUPS - 1);
    const whole = (dot(sumA, sumB) - ownSum) / pairs;
    const without = a.map((row, j) => {
      // (S_a - a_j)(S_b - b_j)
      const products = dot(sumA, sumB) - dot(row, sumB) - dot(sumA, b[j]!) + own[j]!;
      return (products - (ownSum - own[j]!)) / ((GROUPS - 1) * (GROUPS - 2));
    });
    const center = without.reduce((sum, value) => sum + value, 0) / GROUPS;
    const spread = without.reduce((sum, value) => sum + (value - center) ** 2, 0);
    let products = 0;
    a.forEach((row, j) => b.forEach((other, l) => (products += j === l ? 0 : dot(row, other) ** 2)));
    // Each unordered pair is there twice.
    const atNone = (2 * products) / pairs / pairs;
    const half = T95 * Math.sqrt(Math.max(((GROUPS - 1) / GROUPS) * spread, atNone));
    const root = (square: number) => Math.sqrt(Math.max(0, square));
    return { value: root(whole), low: root(whole - half), high: Math.sqrt(Math.max(0, whole) + half) };
  }
}

/** Mean of equally weighted groups, with its interval. */
function between(values: readonly number[]): Bounded {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const half = T95 * Math.sqrt(square / values.length);
  return { value: mean, low: mean - half, high: mean + half };
}

/** Of what is a mean of squares. */
function notNegative({ value, low, high }: Bounded): Bounded {
  return { value, low: Math.max(0, low), high };
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
