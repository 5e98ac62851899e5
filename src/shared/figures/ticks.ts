/** Ticks of axes: at round numbers, each labelled with as many digits as tell it from its neighbours. */
import { nice, tickStep, ticks as roundNumbers } from 'd3-array';
import { formatFixed, formatScientific, formatTick } from '../number-format.ts';

export interface Tick {
  /** In the axis' own coordinates: a logarithm on a log axis. */
  readonly at: number;
  readonly label: string;
}

export interface AxisPlan {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly Tick[];
}

/** Without the dust of binary fractions. */
export function clean(value: number): number {
  return Number(value.toPrecision(12));
}

/** Labels for multiples of a step whose largest has this size: all with the same decimals, so that no two read alike. */
function labelsFor(step: number, size: number): (value: number) => string {
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  if (size >= 1e7 || (size < 1e-3 && size > 0)) {
    const digits = Math.max(0, Math.ceil(Math.log10(size / step) - 1e-9));
    return (value) => (value === 0 ? '0' : formatScientific(value, Math.min(digits, 12)));
  }
  return (value) => formatFixed(value, decimals);
}

/**
 * Multiples of a round step from `low` to `high`.
 * @param about how many are wanted, roughly
 * @param grain the step is not smaller than this, e.g. 1 where whole things are counted
 */
export function ticksWithin(low: number, high: number, about = 5, grain = 0): readonly Tick[] {
  if (!(high > low)) return [{ at: low, label: formatTick(low) }];
  const step = Math.max(grain, tickStep(low, high, about));
  // Ends that are ticks but for rounding are ticks.
  const room = 1e-9 * step;
  const places = roundNumbers(low - room, high + room, step === grain ? (high - low) / grain : about);
  const label = labelsFor(step, Math.max(...places.map(Math.abs)));
  return places.map((at) => ({ at, label: label(at) }));
}

/** An axis that ends on ticks, with `low` and `high` within. */
export function linearPlan(low: number, high: number, about = 4): AxisPlan {
  if (!(high > low)) {
    const room = Math.abs(low) * 0.1 || 1;
    return linearPlan(low - room, low + room, about);
  }
  const [min, max] = nice(low, high, about);
  return { min, max, ticks: ticksWithin(min, max, about) };
}

/** A logarithmic axis, with some room on both sides. @param low above 0 */
export function logPlan(low: number, high: number): AxisPlan {
  const [from, to] = [Math.log10(low), Math.log10(high)];
  const room = to > from ? 0.05 * (to - from) : 0.1;
  const [min, max] = [from - room, to + room];
  const decades = max - min;
  if (decades < 1) {
    const ticks = ticksWithin(10 ** min, 10 ** max, 4).map(({ at, label }) => ({
      at: Math.log10(at),
      label,
    }));
    return { min, max, ticks };
  }
  const digits = decades < 2.5 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil(decades / 5));
  const ticks: Tick[] = [];
  for (let power = Math.floor(min); power <= max; power++) {
    if (power % every !== 0) continue;
    for (const digit of digits) {
      const value = clean(digit * 10 ** power);
      const at = Math.log10(value);
      if (at >= min && at <= max) ticks.push({ at, label: formatTick(value) });
    }
  }
  return { min, max, ticks };
}

/** The part of an ECharts axis that says where its ticks are, and what stands at them. */
export function tickOption({ min, max, ticks }: AxisPlan) {
  const places = ticks.map(({ at }) => at);
  const labels = new Map(ticks.map(({ at, label }) => [at, label]));
  return {
    range: { min, max },
    /** Grid lines follow the ticks, also where these are not drawn. */
    tick: { customValues: places },
    label: { customValues: places, formatter: (value: number) => labels.get(value) ?? '' },
  };
}
