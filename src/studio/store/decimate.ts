/**
 * M4 decimation: of every pixel column keep the first, last, smallest and largest point. A line chart of that is, pixel
 * for pixel, the chart of all points. Source: Jugel, Jerzak, Hackenbroich, Markl, "M4: A Visualization-Oriented Time
 * Series Data Aggregation", VLDB 2014, section 4. Differs from source: values that are not finite never are a column's
 * smallest or largest; they are counted, and kept where they are its first or last point (a chart shows a gap there).
 */
import { AppError } from '../../shared/errors.ts';
import type { BlockSummary } from './block.ts';
import { at } from './columns.ts';
import type { Decimated, DecimationWindow } from './types.ts';

const maximumColumns = 65_536;
const pointsPerColumn = 4;

/**
 * Takes a series piece by piece in step order, each piece as points or, where it lies within one column, as summary. How
 * the series is cut into pieces makes no difference; neither does what comes after a column to that column.
 */
export class Decimator {
  readonly #from: number;
  readonly #span: number;
  readonly #columns: number;
  readonly #steps: Float64Array;
  readonly #values: Float64Array;
  #kept = 0;
  #nonFinite = 0;
  #count = 0;
  /** The column being filled, -1 before the first point. */
  #column = -1;
  #firstStep = 0;
  #firstValue = 0;
  #lastStep = 0;
  #lastValue = 0;
  #minStep = 0;
  #min = Infinity;
  #maxStep = 0;
  #max = -Infinity;

  constructor({ from, to, columns }: DecimationWindow) {
    if (!(Number.isFinite(from) && Number.isFinite(to) && from <= to)) {
      throw new AppError('validation', `decimate: expected from <= to, got ${from} and ${to}`, {
        path: 'from',
      });
    }
    if (!(Number.isInteger(columns) && columns >= 1 && columns <= maximumColumns)) {
      throw new AppError('validation', `decimate: expected 1 to ${maximumColumns} columns, got ${columns}`, {
        path: 'columns',
      });
    }
    this.#from = from;
    this.#span = to - from;
    this.#columns = columns;
    this.#steps = new Float64Array(columns * pointsPerColumn);
    this.#values = new Float64Array(columns * pointsPerColumn);
  }

  /** Column of a step within the window; the last step belongs to the last column. */
  columnOf(step: number): number {
    if (this.#span === 0) return 0;
    return Math.min(this.#columns - 1, Math.floor(((step - this.#from) * this.#columns) / this.#span));
  }

  /** Points within the window that come after all points so far. */
  addPoints(steps: Float64Array, values: Float64Array): void {
    this.#count += steps.length;
    for (let index = 0; index < steps.length; index += 1) {
      const step = at(steps, index);
      const value = at(values, index);
      this.#enter(this.columnOf(step), step, value);
      this.#lastStep = step;
      this.#lastValue = value;
      if (!Number.isFinite(value)) {
        this.#nonFinite += 1;
        continue;
      }
      if (value < this.#min) {
        this.#min = value;
        this.#minStep = step;
      }
      if (value > this.#max) {
        this.#max = value;
        this.#maxStep = step;
      }
    }
  }

  /** A block within one column that comes after all points so far. */
  addSummary(summary: BlockSummary): void {
    this.#enter(this.columnOf(summary.firstStep), summary.firstStep, summary.firstValue);
    this.#lastStep = summary.lastStep;
    this.#lastValue = summary.lastValue;
    this.#nonFinite += summary.nonFinite;
    this.#count += summary.count;
    // Both comparisons are false where no value is finite.
    if (summary.min < this.#min) {
      this.#min = summary.min;
      this.#minStep = summary.minStep;
    }
    if (summary.max > this.#max) {
      this.#max = summary.max;
      this.#maxStep = summary.maxStep;
    }
  }

  /** What is kept, in step order. Nothing may be added afterwards. */
  finish(): Decimated {
    this.#flush();
    return {
      steps: this.#steps.slice(0, this.#kept),
      values: this.#values.slice(0, this.#kept),
      count: this.#count,
      nonFinite: this.#nonFinite,
    };
  }

  #enter(column: number, step: number, value: number): void {
    if (column === this.#column) return;
    this.#flush();
    this.#column = column;
    this.#firstStep = step;
    this.#firstValue = value;
    this.#min = Infinity;
    this.#max = -Infinity;
  }

  #flush(): void {
    if (this.#column < 0) return;
    this.#keep(this.#firstStep, this.#firstValue);
    const minFirst = this.#minStep <= this.#maxStep;
    if (this.#min <= this.#max) {
      if (minFirst) this.#keep(this.#minStep, this.#min);
      this.#keep(this.#maxStep, this.#max);
      if (!minFirst) this.#keep(this.#minStep, this.#min);
    }
    this.#keep(this.#lastStep, this.#lastValue);
  }

  #keep(step: number, value: number): void {
    if (this.#kept > 0 && at(this.#steps, this.#kept - 1) >= step) return;
    this.#steps[this.#kept] = step;
    this.#values[this.#kept] = value;
    this.#kept += 1;
  }
}
