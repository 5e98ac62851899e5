/** Mean over seeds with its 95 % interval, and whose mean is the best. */
import type { RunSummary } from '../../shared/contract/run-summary.ts';
import { interval } from '../../shared/interval.ts';

interface SeedMean {
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
  if (values.length === 0) return null;
  const { n, mean, half } = interval(values);
  return { n, mean, halfWidth: n === 1 ? null : half };
}

/** Runs of one comparison, variant and estimator, which differ in their seeds only. */
export interface BestRow {
  readonly comparison: string;
  readonly comparisonName: string;
  readonly estimator: string;
  /** Null: its comparison has no variants. */
  readonly variant: string | null;
  readonly mean: SeedMean;
  /** Of how many such rows it is the best. */
  readonly rows: number;
}

/** The same for runs that differ in their seeds only. */
export function rowKey({ comparison, variant, estimator }: RunSummary): string {
  return [comparison, ...(variant === null ? [] : [variant]), estimator].join('/');
}

/** @returns null if no row has a completed run with the metric */
export function bestRow(
  runs: readonly RunSummary[],
  metric: string,
  direction: 'maximize' | 'minimize',
): BestRow | null {
  const rows = [...Map.groupBy(runs, rowKey).values()];
  const sign = direction === 'minimize' ? -1 : 1;
  return rows.reduce<BestRow | null>((best, own) => {
    const mean = meanOfSeeds(own, metric);
    const [first] = own;
    if (mean === null || first === undefined) return best;
    if (best !== null && sign * mean.mean <= sign * best.mean.mean) return best;
    const { comparison, comparisonName, estimator, variant } = first;
    return { comparison, comparisonName, estimator, variant, mean, rows: rows.length };
  }, null);
}
