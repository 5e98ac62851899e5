/** Blocks: how a series is cut for the disk, and what is kept of a block so that a chart need not read it. */
import { at } from './columns.ts';

/** Points of a full block: 32 KiB of values. */
export const blockLength = 4096;

export interface BlockSummary {
  readonly firstStep: number;
  readonly lastStep: number;
  readonly count: number;
  /** How many values are NaN or infinite; min and max leave them out. */
  readonly nonFinite: number;
  readonly firstValue: number;
  readonly lastValue: number;
  /** NaN, with minStep too, if no value is finite. */
  readonly min: number;
  /** Step of the first smallest value. */
  readonly minStep: number;
  readonly max: number;
  readonly maxStep: number;
}

/** Summary of at least one point. */
export function summarise(steps: Float64Array, values: Float64Array): BlockSummary {
  let nonFinite = 0;
  let minStep = NaN;
  let maxStep = NaN;
  let min = Infinity;
  let max = -Infinity;
  for (let index = 0; index < values.length; index += 1) {
    const value = at(values, index);
    if (!Number.isFinite(value)) {
      nonFinite += 1;
      continue;
    }
    if (value < min) {
      min = value;
      minStep = at(steps, index);
    }
    if (value > max) {
      max = value;
      maxStep = at(steps, index);
    }
  }
  const last = steps.length - 1;
  return {
    firstStep: at(steps, 0),
    lastStep: at(steps, last),
    count: steps.length,
    nonFinite,
    firstValue: at(values, 0),
    lastValue: at(values, last),
    min: Number.isNaN(minStep) ? NaN : min,
    minStep,
    max: Number.isNaN(maxStep) ? NaN : max,
    maxStep,
  };
}
