/** Mean over seeds with its 95 % interval: Student's t, as five seeds are no normal distribution. */
import quantile from '@stdlib/stats-base-dists-t-quantile';
import type { RunSummary } from '../../../shared/contract/run-summary.ts';
import { standardError } from '../../../shared/standard-error.ts';

export interface SeedMean {
  readonly n: number;
  readonly mean: number;
  /** Null with one seed: one number has no interval. */
  readonly halfWidth: number | null;
}

/** Of the completed runs that have a finite value; null if there are none. */
export function meanOfSeeds(runs: readonly RunSummary[], metric: string): SeedMean | null {
  const values = runs.flatMap(({ state, metrics }) => {
    const value = metrics[metric];
    return state === 'completed' && typeof value === 'number' ? [value] : [];
  });
  const n = values.length;
  if (n === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { n, mean, halfWidth: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { n, mean, halfWidth: quantile(0.975, n - 1) * standardError(n, squares) };
}
