/** What the x axis of a chart counts: steps everywhere, in comparisons also evaluations of f and time. */
import { formatCount } from '../format/numbers.ts';

export interface XAxis {
  /** Heads its column in the table, and stands below the axis: with its unit. */
  readonly label: string;
  /** Zoom and the place under the pointer are multiples of it. */
  readonly grain: number;
  readonly format: (value: number) => string;
}

export const STEPS: XAxis = { label: 'Step', grain: 1, format: formatCount };

/** The nearest multiple of the grain. */
export function snap(value: number, { grain }: XAxis, round: (value: number) => number = Math.round): number {
  return Number((round(value / grain) * grain).toPrecision(12));
}
