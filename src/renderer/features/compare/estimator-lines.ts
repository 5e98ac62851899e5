/** Lines of a chart of a comparison: the mean over seeds with its band, and the seeds themselves behind it. */
import type { ComparisonCurve, MemberCurve } from '../../../shared/contract/comparisons.ts';
import { valueAt, type ChartLine } from '../../charts/chart-data.ts';
import type { RowStyle } from '../../../shared/figures/row-styles.ts';

/** Curves of the ends of a quantity's own interval. */
interface IntervalCurves {
  readonly low: ComparisonCurve;
  readonly high: ComparisonCurve;
}

/** @param own the interval that was measured with each value: the band is its mean; null: that of the mean over seeds */
export function meanLine(
  curve: ComparisonCurve,
  { label, color, dash, symbol }: RowStyle,
  own: IntervalCurves | null,
): ChartLine {
  const { group, xs, n, count, nonFinite } = curve;
  const mean = numbers(curve.mean);
  const half = numbers(curve.halfWidth);
  return {
    id: `mean:${group}`,
    label,
    color,
    dash,
    symbol,
    width: 2,
    opacity: 1,
    listed: true,
    note: seedsNote(n),
    count,
    nonFinite,
    xs,
    ys: mean,
    band:
      own === null
        ? { low: mean.map((value, i) => value - half[i]!), high: mean.map((value, i) => value + half[i]!) }
        : { low: endAt(own.low, xs), high: endAt(own.high, xs) },
  };
}

/** An end of an interval where the line has points; decimation may have kept others of it. */
function endAt({ xs, mean }: ComparisonCurve, places: readonly number[]): number[] {
  const points = { xs, ys: numbers(mean) };
  return places.map((x) => valueAt(points, x) ?? Number.NaN);
}

export function memberLine({ run, xs, values }: MemberCurve, { label, color }: RowStyle): ChartLine {
  return {
    id: `run:${run}`,
    label: `${label}, ${run}`,
    color,
    dash: [],
    width: 1,
    opacity: 0.4,
    listed: false,
    note: '',
    xs,
    ys: numbers(values),
  };
}

/** `n = 3`, or `n = 2 to 3` where not every run has come as far. */
function seedsNote(n: readonly number[]): string {
  const low = n.reduce((least, value) => Math.min(least, value), Infinity);
  const high = n.reduce((most, value) => Math.max(most, value), 0);
  return n.length === 0 ? 'no points' : low === high ? `n = ${low}` : `n = ${low} to ${high}`;
}

function numbers(values: readonly (number | null)[]): number[] {
  return values.map((value) => value ?? Number.NaN);
}
