/**
 * The value axis of a chart: linear, logarithmic, or logarithmic in both directions where there are values at or below 0
 * (J. B. W. Webber, "A bi-symmetric log transformation for wide-range data", Measurement Science and Technology 24, 2013).
 * ECharts is given places on a linear axis: the transformation and the ticks are made here.
 */
import { clean, linearPlan, logPlan, type AxisPlan } from '../../shared/figures/ticks.ts';
import { formatTick } from '../../shared/number-format.ts';
import type { ChartLine, Scale, Span } from './chart-data.ts';

export interface ValueScale {
  readonly kind: 'linear' | 'log' | 'symlog';
  /** Of the symmetric log axis: from its negative to this it is nearly linear. 0 for others. */
  readonly threshold: number;
  /** Where a value lies on the axis; NaN: it has no place there. */
  place(value: number): number;
  /** @param values that must be on the axis */
  plan(values: Range): AxisPlan;
}

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** Decades below the largest value down to which the symmetric log axis tells sizes apart. */
const DECADES = 3;

export function valueScale(wanted: Scale, lines: readonly ChartLine[]): ValueScale {
  if (wanted === 'linear') {
    const place = (value: number) => (Number.isFinite(value) ? value : Number.NaN);
    return { kind: 'linear', threshold: 0, place, plan: ({ low, high }) => linearPlan(low, high) };
  }
  let [signed, smallest, largest] = [false, Infinity, 0];
  for (const { ys } of lines) {
    for (let i = 0; i < ys.length; i++) {
      const y = ys[i]!;
      if (!Number.isFinite(y)) continue;
      if (y <= 0) signed = true;
      const size = Math.abs(y);
      if (size > 0) smallest = Math.min(smallest, size);
      largest = Math.max(largest, size);
    }
  }
  if (!signed) {
    const place = (value: number) => (value > 0 && Number.isFinite(value) ? Math.log10(value) : Number.NaN);
    return { kind: 'log', threshold: 0, place, plan: ({ low, high }) => logPlan(low, high) };
  }
  const size = largest === 0 ? 1 : Math.max(smallest, largest / 10 ** DECADES);
  const threshold = 10 ** Math.floor(Math.log10(size) + 1e-9);
  const place = (value: number) =>
    Number.isFinite(value) ? Math.sign(value) * Math.log10(1 + Math.abs(value) / threshold) : Number.NaN;
  return {
    kind: 'symlog',
    threshold,
    place,
    plan: ({ low, high }) => symlogPlan(low, high, threshold, place),
  };
}

function symlogPlan(
  low: number,
  high: number,
  threshold: number,
  place: (value: number) => number,
): AxisPlan {
  const [from, to] = [place(low), place(high)];
  const room = to > from ? 0.05 * (to - from) : 0.1;
  const [min, max] = [from - room, to + room];
  const every = Math.max(1, Math.ceil((max - min) / 8));
  // Beside 0 there is no room for the threshold itself on an axis of many decades.
  const first = place(threshold) < 0.1 * (max - min) ? 1 : 0;
  const sizes = Array.from({ length: 16 }, (_, i) => clean(threshold * 10 ** (first + i * every)));
  const values = [...sizes.map((size) => -size).reverse(), 0, ...sizes];
  const ticks = values
    .map((value) => ({ at: place(value), label: formatTick(value) }))
    .filter(({ at }) => at >= min && at <= max);
  return { min, max, ticks };
}

/**
 * What of the lines and their bands is seen in the window and has a place on the axis, and the further values; null: nothing.
 * A line that crosses the window's edge is seen up to it.
 */
export function rangeWithin(
  lines: readonly ChartLine[],
  further: readonly number[],
  { from, to }: Span,
  { place }: Pick<ValueScale, 'place'>,
): Range | null {
  let [low, high] = [Infinity, -Infinity];
  const take = (value: number) => {
    if (!Number.isFinite(place(value))) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  const takeAll = (xs: ArrayLike<number>, ys: ArrayLike<number>) => {
    for (let i = 0; i < xs.length; i++) {
      const [x, y] = [xs[i]!, ys[i]!];
      if (x >= from && x <= to) take(y);
      for (const edge of [from, to]) {
        if (i === 0 || !(xs[i - 1]! < edge && edge < x)) continue;
        take(ys[i - 1]! + ((y - ys[i - 1]!) * (edge - xs[i - 1]!)) / (x - xs[i - 1]!));
      }
    }
  };
  for (const { xs, ys, band } of lines) {
    takeAll(xs, ys);
    if (band === undefined) continue;
    takeAll(xs, band.low);
    takeAll(xs, band.high);
  }
  further.forEach(take);
  return low > high ? null : { low, high };
}
