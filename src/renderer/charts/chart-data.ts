/** What a chart draws: plain arrays, the full series stay in the store. */

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
  readonly width: number;
  readonly opacity: number;
  /** Around the line, at the same xs; NaN where there is none. */
  readonly band?: ChartBand;
  /** False for members behind a mean: drawn, but not listed. */
  readonly listed: boolean;
  /** Beside the label: `n = 5`, `2 000 of 1 000 000 points, extremes kept`. */
  readonly note: string;
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

/** The whole extent of some lines; null if they have no points. */
export function extentOf(lines: readonly ChartPoints[]): Span | null {
  let from = Infinity;
  let to = -Infinity;
  for (const { xs } of lines) {
    if (xs.length === 0) continue;
    from = Math.min(from, xs[0]!);
    to = Math.max(to, xs[xs.length - 1]!);
  }
  if (from > to) return null;
  return from === to ? { from, to: from + 1 } : { from, to };
}

/** The last value at or before x; undefined before the first. Steps ascend. */
export function valueAt({ xs, ys }: ChartPoints, x: number): number | undefined {
  let low = 0;
  let high = xs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (xs[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : ys[low - 1];
}

/** How many values a log axis cannot show. */
export function countNotPositive(lines: readonly ChartPoints[]): number {
  let count = 0;
  for (const { ys } of lines) {
    for (let i = 0; i < ys.length; i++) if (ys[i]! <= 0) count++;
  }
  return count;
}
