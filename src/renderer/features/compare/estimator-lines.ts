/** Lines of a chart of a comparison: the mean over seeds with its band, and the seeds themselves behind it. */
import type { ComparisonCurve } from '../../../shared/contract/comparisons.ts';
import type { RunSummary } from '../../../shared/contract/run-summary.ts';
import type { Curve } from '../../api/series-feed.svelte.ts';
import type { ChartLine } from '../../charts/chart-data.ts';
import type { EstimatorStyle } from '../../format/estimator-style.ts';
import { formatCount } from '../../format/numbers.ts';

export function meanLine(curve: ComparisonCurve, label: string, { color, dash }: EstimatorStyle): ChartLine {
  const { estimator, steps, n, count } = curve;
  const mean = numbers(curve.mean);
  const half = numbers(curve.halfWidth);
  return {
    id: `mean:${estimator}`,
    label,
    color,
    dash,
    width: 2,
    opacity: 1,
    listed: true,
    note: note(n, steps.length, count),
    xs: steps,
    ys: mean,
    band: { low: mean.map((value, i) => value - half[i]!), high: mean.map((value, i) => value + half[i]!) },
  };
}

export function memberLine(run: RunSummary, { xs, ys }: Curve, { color }: EstimatorStyle): ChartLine {
  return {
    id: `run:${run.id}`,
    label: run.name,
    color,
    dash: [],
    width: 1,
    opacity: 0.4,
    listed: false,
    note: '',
    xs,
    ys,
  };
}

/** `n = 3`, or `n = 2 to 3` where not every run has come as far. */
function note(n: readonly number[], shown: number, count: number): string {
  const [low, high] = [Math.min(...n), Math.max(...n)];
  const seeds = n.length === 0 ? 'no points' : low === high ? `n = ${low}` : `n = ${low} to ${high}`;
  return shown < count
    ? `${seeds}, ${formatCount(shown)} of ${formatCount(count)} points, extremes kept`
    : seeds;
}

function numbers(values: readonly (number | null)[]): number[] {
  return values.map((value) => value ?? Number.NaN);
}
