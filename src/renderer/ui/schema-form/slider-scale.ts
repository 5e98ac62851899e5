/** Where a number stands on its slider, and back: positions are integers from 0 to `POSITIONS`. */
import type { Schema, SliderScale } from './schema.ts';

export const POSITIONS = 400;
/** Digits that a slider sets; the field takes more. */
const DIGITS = 2;

/** The slider of a number: the schema's own, or a linear one between bounds that are both near. Null: none makes sense. */
export function sliderOf(schema: Schema): SliderScale | null {
  if (schema.slider !== undefined) return schema.slider;
  const from = schema.minimum ?? schema.exclusiveMinimum;
  const to = schema.maximum ?? schema.exclusiveMaximum;
  if (from === undefined || to === undefined || to - from > 1000) return null;
  return { from, to, scale: 'linear' };
}

/** Values outside the slider stand at its ends. */
export function positionOf(value: number, { from, to, scale }: SliderScale): number {
  const share =
    scale === 'log'
      ? Math.log(Math.max(value, from) / from) / Math.log(to / from)
      : (value - from) / (to - from);
  return Math.round(POSITIONS * Math.min(1, Math.max(0, share)));
}

/** Rounded to what the slider can tell apart, and to a value that the schema allows. */
export function valueAt(position: number, slider: SliderScale, schema: Schema): number {
  const { from, to, scale } = slider;
  const share = position / POSITIONS;
  const raw = scale === 'log' ? from * (to / from) ** share : from + (to - from) * share;
  // At its ends a slider stands for the ends exactly.
  const rounded = position === 0 ? from : position === POSITIONS ? to : roundedTo(raw, slider);
  return allowed(schema.type === 'integer' ? Math.round(rounded) : rounded, schema);
}

/** What the arrow keys make of a value: a step of the slider, never nothing. */
export function stepped(value: number, by: 1 | -1, slider: SliderScale | null, schema: Schema): number {
  const whole = schema.type === 'integer';
  if (slider === null) return allowed(value + by * (whole ? 1 : unit(value)), schema);
  if (slider.scale === 'linear') {
    const span = slider.to - slider.from;
    return allowed(whole ? value + by : clean(value + by * 10 ** Math.floor(Math.log10(span / 20))), schema);
  }
  // The last digit that a slider sets: 0.02 -> 0.021, 1000 -> 1100.
  const next = value + by * unit(value) * (by < 0 && isPowerOfTen(value) ? 0.1 : 1);
  return allowed(whole ? (Math.round(next) === value ? value + by : Math.round(next)) : clean(next), schema);
}

function unit(value: number): number {
  return value === 0 ? 0.1 : 10 ** (Math.floor(Math.log10(Math.abs(value)) + 1e-9) - (DIGITS - 1));
}

function isPowerOfTen(value: number): boolean {
  const power = Math.log10(value);
  return Math.abs(power - Math.round(power)) < 1e-9;
}

function roundedTo(value: number, { from, to, scale }: SliderScale): number {
  if (scale === 'log') return Number(value.toPrecision(DIGITS));
  const step = 10 ** Math.floor(Math.log10((to - from) / 100));
  return clean(Math.round(value / step) * step);
}

/** Without the dust of binary fractions. */
function clean(value: number): number {
  return Number(value.toPrecision(12));
}

function allowed(value: number, schema: Schema): number {
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum, exclusiveMaximum } = schema;
  const inside = Math.min(maximum, Math.max(minimum, value));
  const whole = schema.type === 'integer';
  if (exclusiveMinimum !== undefined && inside <= exclusiveMinimum) {
    return exclusiveMinimum + (whole ? 1 : margin(schema));
  }
  if (exclusiveMaximum !== undefined && inside >= exclusiveMaximum) {
    return clean(exclusiveMaximum - (whole ? 1 : margin(schema)));
  }
  return inside;
}

/** How near to a bound that is not allowed itself. */
function margin({ slider, exclusiveMinimum = 0, exclusiveMaximum }: Schema): number {
  if (slider !== undefined) return slider.from;
  return exclusiveMaximum === undefined ? 1e-4 : (exclusiveMaximum - exclusiveMinimum) / 100;
}
