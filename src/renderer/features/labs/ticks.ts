/** Round numbers along an axis. */
import { clean, ticksWithin, type Tick } from '../../../shared/figures/ticks.ts';

export interface Range {
  readonly min: number;
  readonly max: number;
  readonly log?: boolean;
}

/** About as many as a small picture has room for. */
const ABOUT = 5;

/** Where a value stands along the axis: its logarithm on a log axis. */
export function placeOn({ log = false }: Range): (value: number) => number {
  return log ? Math.log10 : (value) => value;
}

/** Multiples of 1, 2 or 5 times a power of ten; along a logarithm powers of ten, or what is round between them. */
export function ticksOf(range: Range): readonly Tick[] {
  const { min, max, log = false } = range;
  if (!log) return ticksWithin(min, max, ABOUT);
  return roundBetween(min, max).map((value) => ({ at: placeOn(range)(value), label: labelOf(value) }));
}

function roundBetween(min: number, max: number): readonly number[] {
  if (!(max > min)) return [min];
  const [low, high] = [Math.log10(min), Math.log10(max)];
  const every = Math.max(1, Math.ceil((high - low) / ABOUT));
  const powers = within(low, high).filter((power) => power % every === 0);
  // Less than two decades.
  const between = high - low < 2 ? [1, 2, 5] : [1];
  const candidates = high - low < 2 ? [Math.floor(low), ...within(low, high)] : powers;
  return [...new Set(candidates)]
    .flatMap((power) => between.map((digit) => clean(digit * 10 ** power)))
    .filter((tick) => tick >= min * (1 - 1e-9) && tick <= max * (1 + 1e-9));
}

function labelOf(tick: number): string {
  const text = tick < 1e-3 ? tick.toExponential(0) : String(Number(tick.toPrecision(2)));
  return text.replaceAll('-', '\u2212');
}

function within(low: number, high: number): number[] {
  const first = Math.ceil(low - 1e-9);
  return Array.from({ length: Math.max(0, Math.floor(high + 1e-9) - first + 1) }, (_, i) => first + i);
}
