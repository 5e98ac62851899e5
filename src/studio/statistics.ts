/** Numbers over independent runs (seeds). */
import tQuantile from '@stdlib/stats-base-dists-t-quantile';

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
  const variance = values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (n - 1);
  return { mean: center, half: n < 2 ? Number.NaN : tQuantile(0.975, n - 1) * Math.sqrt(variance / n), n };
}
