/** The shapes of one line, in coordinates of the axes: the line itself, its band, and marks where a line alone would show nothing. */
import type { ChartBand, ChartLine, Span } from './chart-data.ts';

/** Where values lie. */
export interface Placing {
  /** On the value axis; NaN: nowhere. */
  readonly place: (value: number) => number;
  /** The lower end of that axis, in its own coordinates. */
  readonly bottom: number;
  /** What of the x axis is seen. */
  readonly span: Span;
}

type Place = readonly [x: number, y: number];

interface Marks {
  /** Every point that no neighbour makes a line of. */
  readonly lone: readonly Place[];
  /** At the foot of the plot, where a listed line has a value that is not finite. */
  readonly missing: readonly Place[];
}

/** A part of a band in which both ends are finite. */
interface Stretch {
  readonly xs: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** x and y in turns; NaN where the line has a gap. */
export function linePoints({ xs, ys }: ChartLine, { place }: Placing): Float64Array {
  const { length } = xs;
  const points = new Float64Array(2 * length);
  for (let i = 0; i < length; i++) {
    points[2 * i] = xs[i]!;
    points[2 * i + 1] = place(ys[i]!);
  }
  return points;
}

/** @param points of the line, as above */
export function lineMarks(line: ChartLine, points: Float64Array, { bottom, span }: Placing): Marks {
  const lone: Place[] = [];
  const missing: Place[] = [];
  // Beyond either end there is nothing, which is no finite value either.
  const isDrawn = (i: number) => Number.isFinite(points[2 * i + 1]);
  for (let i = 0; 2 * i < points.length; i++) {
    const x = points[2 * i]!;
    if (x < span.from || x > span.to) continue;
    if (!isDrawn(i)) {
      if (line.listed) missing.push([x, bottom]);
    } else if (!isDrawn(i - 1) && !isDrawn(i + 1)) lone.push([x, points[2 * i + 1]!]);
  }
  return { lone, missing };
}

/** The parts of a band; none without one. A lower end that a log axis has no place for lies below the plot. */
export function bandStretches(line: ChartLine, { place, bottom }: Placing): readonly Stretch[] {
  return line.band === undefined ? [] : stretches(line.xs, line.band, place, bottom);
}

function stretches(
  xs: ArrayLike<number>,
  band: ChartBand,
  place: Placing['place'],
  bottom: number,
): readonly Stretch[] {
  const parts: { xs: number[]; low: number[]; high: number[] }[] = [];
  let open: (typeof parts)[number] | null = null;
  for (let i = 0; i < xs.length; i++) {
    const [low, high] = [band.low[i]!, place(band.high[i]!)];
    if (!Number.isFinite(low) || !Number.isFinite(high)) {
      open = null;
      continue;
    }
    if (open === null) parts.push((open = { xs: [], low: [], high: [] }));
    open.xs.push(xs[i]!);
    open.low.push(Number.isFinite(place(low)) ? place(low) : bottom);
    open.high.push(high);
  }
  return parts;
}
