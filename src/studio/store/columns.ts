/**
 * Columns of numbers as blobs: IEEE 754 doubles, little-endian, bit for bit (NaN and infinities included). A column of
 * steps with one distance throughout is kept as that distance, its stride.
 */
import { endianness } from 'node:os';
import { AppError } from '../../shared/errors.ts';
import type { Series } from './types.ts';

export const bytesPerNumber = Float64Array.BYTES_PER_ELEMENT;

/** The bytes of `column`, not a copy. */
export function toBlob(column: Float64Array): Uint8Array {
  // Every platform that Node and better-sqlite3 are built for is little-endian; a new one must not write swapped bytes.
  if (endianness() !== 'LE') {
    throw new AppError(
      'precondition',
      'series are stored little-endian, but this machine is big-endian; use another',
    );
  }
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}

/** The numbers of a blob, copied only where their place in memory asks for it. */
export function toColumn(blob: Uint8Array): Float64Array {
  if (blob.byteLength % bytesPerNumber !== 0) {
    throw new AppError(
      'external',
      `a stored column has ${blob.byteLength} bytes, which is not a whole number of doubles`,
    );
  }
  const aligned = blob.byteOffset % bytesPerNumber === 0 ? blob : Uint8Array.from(blob);
  return new Float64Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / bytesPerNumber);
}

/** The one distance between neighbours, or null if there are several. One step alone has stride 1. */
export function strideOf(steps: Float64Array): number | null {
  if (steps.length < 2) return 1;
  const stride = at(steps, 1) - at(steps, 0);
  for (let index = 2; index < steps.length; index += 1) {
    if (at(steps, index) - at(steps, index - 1) !== stride) return null;
  }
  return stride;
}

/** `count` steps from `first` on. */
export function regularSteps(first: number, stride: number, count: number): Float64Array {
  const steps = new Float64Array(count);
  for (let index = 0; index < count; index += 1) steps[index] = first + index * stride;
  return steps;
}

/** Position of the first step that is not below `step`; the length if there is none. */
export function lowerBound(steps: Float64Array, step: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(steps, middle) < step) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** An element that the caller knows to exist. */
export function at(column: Float64Array, index: number): number {
  return column[index] as number;
}

/** The parts one after the other, in new arrays. */
export function concatenate(parts: readonly Series[]): Series {
  const count = parts.reduce((sum, part) => sum + part.steps.length, 0);
  const steps = new Float64Array(count);
  const values = new Float64Array(count);
  let place = 0;
  for (const part of parts) {
    steps.set(part.steps, place);
    values.set(part.values, place);
    place += part.steps.length;
  }
  return { steps, values };
}

/** Throws AppError `validation` unless steps are whole, not negative, strictly increasing, and as many as values. */
export function assertPoints(series: Series, where: string): void {
  const { steps, values } = series;
  if (steps.length !== values.length) {
    throw new AppError('validation', `${where}: ${steps.length} steps but ${values.length} values`);
  }
  let previous = -1;
  for (const step of steps) {
    if (!Number.isSafeInteger(step) || step <= previous) {
      throw new AppError(
        'validation',
        `${where}: step ${step} after step ${previous}; steps are whole numbers from 0 that increase strictly`,
      );
    }
    previous = step;
  }
}
