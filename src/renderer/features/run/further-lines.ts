/** Series of estimators that a run measures beside its own: which chart they belong to, and where their intervals are. */
import type { ChartDescriptor, ProblemDescriptor } from '../../../shared/descriptor.ts';
import { estimatorSeries, readSeriesName } from '../../../shared/series.ts';
import type { Curve } from '../../api/series-feed.svelte.ts';
import { valueAt, type ChartBand } from '../../charts/chart-data.ts';

/** The estimator of a series that is not the run's own. */
export function furtherEstimator(problem: ProblemDescriptor, name: string): string | null {
  const known = (metric: string) => problem.metrics.some((one) => one.name === metric);
  const { metric, estimator } = readSeriesName(name);
  return known(metric) && !known(name) ? estimator : null;
}

/** The chart with a line for each further estimator whose figure of its first metric was measured, by id. */
export function withFurther(
  chart: ChartDescriptor,
  problem: ProblemDescriptor,
  measured: readonly string[],
): ChartDescriptor {
  const names = measured.filter(
    (name) => furtherEstimator(problem, name) !== null && readSeriesName(name).metric === chart.metrics[0],
  );
  return { ...chart, metrics: [...chart.metrics, ...names.sort()] };
}

/** Names of the lower and upper end of a series' interval, where the chart has them; none of an end itself. */
export function intervalEnds(chart: ChartDescriptor, name: string): readonly string[] {
  const { metric, estimator } = readSeriesName(name);
  const ends = [`${metric}Low`, `${metric}High`];
  if (!ends.every((end) => chart.metrics.includes(end))) return [];
  return estimator === null ? ends : ends.map((end) => estimatorSeries(end, estimator));
}

/** The ends where the line has its points: decimation may have kept others of theirs. Undefined while an end has none. */
export function bandOf([low, high]: readonly Curve[], xs: ArrayLike<number>): ChartBand | undefined {
  if (low === undefined || high === undefined || low.xs.length === 0 || high.xs.length === 0)
    return undefined;
  const at = (curve: Curve) => Array.from(xs, (x) => valueAt(curve, x) ?? Number.NaN);
  return { low: at(low), high: at(high) };
}
