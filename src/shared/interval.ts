/** Numbers over independent runs (seeds). */
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { standardError } from './standard-error.ts';

export interface Interval {
  readonly mean: number;
  /** Half width of the 95 % interval of the mean (Student t); NaN for a single value. */
  readonly half: number;
  readonly n: number;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** 95 % interval of the mean over independent values (seeds). 1.96 standard errors would cover 81 % at n = 3. */
export function interval(values: readonly number[]): Interval {
  const n = values.length;
  const center = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return { mean: center, half: halfWidth(n, squares), n };
}

/** t(0.975, freedom) of Student: so many standard errors to each side of a mean make its 95 % interval. */
export function criticalT(freedom: number): number {
  return tQuantile(0.975, freedom);
}

const critical: number[] = [];

/**
 * Half width of the 95 % interval of a mean: t(0.975, n - 1) standard errors.
 * @param squares sum of the squared differences from the mean
 * @returns NaN for n < 2
 */
export function halfWidth(n: number, squares: number): number {
  if (n < 2) return Number.NaN;
  return errorsEachSide(n) * standardError(n, squares);
}

/** Standard errors to each side of a mean over n >= 2 values that make its 95 % interval: t(0.975, n - 1). */
export function errorsEachSide(n: number): number {
  return (critical[n] ??= criticalT(n - 1));
}
