/** What a chart draws: plain arrays, the full series stay in the store. */
import { formatCount } from '../../shared/number-format.ts';

export interface ChartPoints {
  readonly xs: ArrayLike<number>;
  /** NaN where there is no finite value: the line has a gap. */
  readonly ys: ArrayLike<number>;
}

export interface ChartBand {
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
}

export interface ChartLine extends ChartPoints {
  readonly id: string;
  readonly label: string;
  readonly color: string;
  readonly dash: readonly number[];
  /** Its mark, where lines have marks: on paper. */
  readonly symbol?: string;
  readonly width: number;
  readonly opacity: number;
  /** Around the line, at the same xs; NaN where there is none. */
  readonly band?: ChartBand;
  /** False for members behind a mean: drawn, but not listed. */
  readonly listed: boolean;
  /** Beside the label: `n = 5`. */
  readonly note: string;
  /** Stored points in the window, of which these may be a part; absent: all are here. */
  readonly count?: number;
  /** Values that are not finite among all stored ones in the window, of which the points may be a part. */
  readonly nonFinite?: number;
  /** Values before smoothing, at the same xs; absent where nothing was smoothed. */
  readonly raw?: ArrayLike<number>;
}

export interface ReferenceLine {
  readonly label: string;
  readonly value: number;
}

/** An interval of the x axis. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export type Scale = 'linear' | 'log';

/** The last value at or before x; undefined before the first. Steps ascend. */
export function valueAt({ xs, ys }: ChartPoints, x: number): number | undefined {
  const after = firstAfter(xs, x);
  return after === 0 ? undefined : ys[after - 1];
}

/** Index of the first x beyond; the length if there is none. */
function firstAfter(xs: ArrayLike<number>, x: number): number {
  let low = 0;
  let high = xs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (xs[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many values are not finite: in the window, where the feed counted them, else among the points. */
export function countNonFinite(lines: readonly ChartLine[]): number {
  return lines.reduce((sum, { ys, nonFinite }) => sum + (nonFinite ?? notFinite(ys)), 0);
}

export function isAnyFinite(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i]!)) return true;
  return false;
}

function notFinite(ys: ArrayLike<number>): number {
  let count = 0;
  for (let i = 0; i < ys.length; i++) if (!Number.isFinite(ys[i]!)) count++;
  return count;
}

/** What a chart says of lines that are drawn with fewer points than are stored. */
export function thinned(lines: readonly ChartLine[]): readonly string[] {
  const fewer = lines.filter(({ xs, count }) => count !== undefined && xs.length < count);
  const most = fewer.reduce((most, line) => Math.max(most, line.count ?? 0), 0);
  return most === 0 ? [] : [`lines have up to ${formatCount(most)} points; extremes are kept`];
}

/** The x of the points whose values stand for `x`: the last at or before it of any line; null before the first. */
export function placeAt(lines: readonly ChartPoints[], x: number): number | null {
  let place: number | null = null;
  for (const { xs } of lines) {
    const found = valueAt({ xs, ys: xs }, x);
    if (found !== undefined && (place === null || found > place)) place = found;
  }
  return place;
}

/** The x of the point that is nearest to `x` in any of the lines; null if there is none. */
export function nearestPlace(lines: readonly ChartPoints[], x: number): number | null {
  let nearest: number | null = null;
  for (const { xs } of lines) {
    for (let i = firstAfter(xs, x) - 1, last = i + 1; i <= last; i++) {
      const at = xs[i];
      if (at !== undefined && (nearest === null || Math.abs(at - x) < Math.abs(nearest - x))) nearest = at;
    }
  }
  return nearest;
}

/** From a point by so much along the axis, to a point that lies in that direction if there is one. */
export function alongFrom(lines: readonly ChartPoints[], x: number, by: number): number {
  const nearest = nearestPlace(lines, x + by);
  if (nearest !== null && Math.sign(nearest - x) === Math.sign(by)) return nearest;
  let next = x;
  for (const { xs } of lines) {
    const after = firstAfter(xs, x);
    const candidate = by > 0 ? xs[after] : xs[after - (xs[after - 1] === x ? 2 : 1)];
    if (candidate !== undefined && (next === x || Math.abs(candidate - x) < Math.abs(next - x)))
      next = candidate;
  }
  return next;
}

/** The points of some lines as rows of a table: one row per step, one column per line. */
interface DataRow {
  readonly step: number;
  /** Undefined where a line has no point at this step. */
  readonly values: readonly (number | undefined)[];
}

export function dataRows(lines: readonly ChartLine[], span: Span): readonly DataRow[] {
  const columns = lines.map(({ xs, ys }) => new Map(Array.from(xs, (x, i): [number, number] => [x, ys[i]!])));
  return [...new Set(columns.flatMap((column) => [...column.keys()]))]
    .filter((step) => step >= span.from && step <= span.to)
    .sort((a, b) => a - b)
    .map((step) => ({ step, values: columns.map((column) => column.get(step)) }));
}

/** Tab-separated with full precision, as spreadsheets take it; an empty cell where there is no point. */
export function rowsAsText(axis: string, lines: readonly ChartLine[], rows: readonly DataRow[]): string {
  return [
    [axis, ...lines.map(({ label }) => label)].join('\t'),
    ...rows.map(({ step, values }) => [step, ...values.map((value) => value ?? '')].join('\t')),
  ].join('\n');
}
