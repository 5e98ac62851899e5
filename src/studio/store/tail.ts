/**
 * The packed row in which a run's new points wait until a series has a full block: all numbers are doubles, one entry
 * after the other, each `series id, count, stride, first step`, then `count` steps if the stride is 0 (irregular), then
 * `count` values.
 */
import type { Statement } from 'better-sqlite3';
import { counted } from '../../shared/counted.ts';
import { AppError } from '../../shared/errors.ts';
import { damaged, isWholeSql } from './checksum.ts';
import { at, regularSteps, strideOf, toBlob, toColumn } from './columns.ts';
import type { ReadableDatabase } from './connection.ts';

export interface TailEntry {
  /** Id of the series' row. */
  readonly series: number;
  /** At least one. */
  readonly steps: Float64Array;
  readonly values: Float64Array;
}

const headerLength = 4;

export function packTail(entries: readonly TailEntry[]): Uint8Array {
  const strides = entries.map(({ steps }) => strideOf(steps) ?? 0);
  let length = 0;
  for (const [index, { steps }] of entries.entries()) {
    length += headerLength + steps.length * (strides[index] === 0 ? 2 : 1);
  }
  const packed = new Float64Array(length);
  let place = 0;
  for (const [index, { series, steps, values }] of entries.entries()) {
    const stride = strides[index] ?? 0;
    packed.set([series, steps.length, stride, at(steps, 0)], place);
    place += headerLength;
    if (stride === 0) {
      packed.set(steps, place);
      place += steps.length;
    }
    packed.set(values, place);
    place += values.length;
  }
  return toBlob(packed);
}

/** Entries of a packed row, of one series only if `series` is given; values are views of the row. */
export function unpackTail(blob: Uint8Array, series?: number): readonly TailEntry[] {
  const packed = toColumn(blob);
  const entries: TailEntry[] = [];
  let place = 0;
  while (place < packed.length) {
    const id = at(packed, place);
    const count = at(packed, place + 1);
    const stride = at(packed, place + 2);
    const first = at(packed, place + 3);
    const valuesFrom = place + headerLength + (stride === 0 ? count : 0);
    const end = valuesFrom + count;
    if (!(count >= 1 && end <= packed.length)) {
      throw new AppError(
        'external',
        `a packed row of new points ends after ${packed.length} numbers, in the middle of an entry`,
      );
    }
    if (series === undefined || series === id) {
      const steps =
        stride === 0 ? packed.subarray(place + headerLength, valuesFrom) : regularSteps(first, stride, count);
      entries.push({ series: id, steps, values: packed.subarray(valuesFrom, end) });
    }
    place = end;
  }
  return entries;
}

interface TailRow {
  readonly points: Uint8Array;
  readonly position: number;
  readonly whole: number;
}

/** The packed rows of a run, checked. */
export class TailReader {
  readonly #rows: Statement<[number], TailRow>;

  constructor(db: ReadableDatabase) {
    this.#rows = db.prepare(
      `SELECT points, position, ${isWholeSql('tail')} AS whole FROM tail WHERE run = ? ORDER BY sequence`,
    );
  }

  /** Throws DamageError unless there are `expected` rows, each as it was written. `where` names the run. */
  read(run: number, expected: number | undefined, where: string): readonly Uint8Array[] {
    const rows = this.#rows.all(run);
    if (rows.length !== expected) {
      throw damaged(
        `${where}: ${rows.length} of the ${counted(expected ?? 0, 'row')} of its newest points found`,
      );
    }
    return rows.map(({ points, position, whole }, index) => {
      if (whole === 1 && position === index) return points;
      throw damaged(`${where}: its newest points do not match their checksum`);
    });
  }
}
