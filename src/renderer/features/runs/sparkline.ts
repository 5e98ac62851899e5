/** The small curve beside a run's headline number: few points, drawn as one path. */
import { firstNew } from '../../../shared/series.ts';

export interface Spark {
  readonly steps: readonly number[];
  /** NaN where a value is not finite: the curve has a gap there. */
  readonly values: readonly number[];
}

export const EMPTY_SPARK: Spark = { steps: [], values: [] };

/** Beyond so many points a curve is thinned. */
const MOST_POINTS = 256;
const COLUMNS = 48;

/** Points after the last one that is there; a curve that has grown long keeps each column's extremes. */
export function appended(
  spark: Spark,
  steps: readonly number[],
  values: readonly (number | null)[],
  end: number,
): Spark {
  const first = firstNew(steps, spark.steps.at(-1));
  if (first === steps.length) return spark;
  const grown = {
    steps: [...spark.steps, ...steps.slice(first)],
    values: [...spark.values, ...values.slice(first).map((value) => value ?? Number.NaN)],
  };
  return grown.steps.length > MOST_POINTS ? thinned(grown, end) : grown;
}

/** First, smallest, largest and last point of each of `COLUMNS` equal parts of the steps up to `end`. */
function thinned({ steps, values }: Spark, end: number): Spark {
  const columnOf = (i: number) => Math.floor(((steps[i] ?? 0) * COLUMNS) / Math.max(1, end));
  const kept: number[] = [];
  for (let from = 0; from < steps.length;) {
    let to = from;
    let [low, high] = [from, from];
    while (to < steps.length && columnOf(to) === columnOf(from)) {
      const value = values[to] ?? Number.NaN;
      if (value < (values[low] ?? 0) || Number.isNaN(values[low])) low = to;
      if (value > (values[high] ?? 0) || Number.isNaN(values[high])) high = to;
      to += 1;
    }
    kept.push(...[...new Set([from, low, high, to - 1])].sort((a, b) => a - b));
    from = to;
  }
  return { steps: kept.map((i) => steps[i] ?? 0), values: kept.map((i) => values[i] ?? Number.NaN) };
}

/**
 * The curve as an SVG path in a box of `width` by `height`, from step 0 to `end`, its own extremes at the edges. Empty with
 * fewer than two finite points.
 */
export function sparkPath({ steps, values }: Spark, end: number, width: number, height: number): string {
  const finite = values.filter((value) => Number.isFinite(value));
  if (finite.length < 2) return '';
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const x = (step: number) => ((step / Math.max(1, end)) * width).toFixed(1);
  const y = (value: number) =>
    (high === low ? height / 2 : height - ((value - low) / (high - low)) * height).toFixed(1);
  const isFinite = (i: number) => Number.isFinite(values[i]);
  return steps
    .map((step, i) => {
      if (!isFinite(i)) return '';
      const place = `${x(step)} ${y(values[i] ?? 0)}`;
      if (isFinite(i - 1)) return `L${place}`;
      // A point without a neighbour is a dot: the stroke has round caps.
      return isFinite(i + 1) ? `M${place}` : `M${place}h0`;
    })
    .join('');
}
