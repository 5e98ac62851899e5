import type { Statement } from 'better-sqlite3';
import { summarise } from './block.ts';
import type { BlockSummary } from './block.ts';
import { at, concatenate, lowerBound, regularSteps, toColumn } from './columns.ts';
import type { ReadableDatabase } from './connection.ts';
import { Decimator } from './decimate.ts';
import { unpackTail } from './tail.ts';
import type { Decimated, DecimationWindow, Series, SeriesInfo, StepRange } from './types.ts';

interface BlockRow extends Omit<
  BlockSummary,
  'firstValue' | 'lastValue' | 'min' | 'minStep' | 'max' | 'maxStep'
> {
  readonly id: number;
  readonly stride: number | null;
  readonly firstValue: number | null;
  readonly lastValue: number | null;
  readonly min: number | null;
  readonly minStep: number | null;
  readonly max: number | null;
  readonly maxStep: number | null;
}

interface SeriesRow {
  readonly id: number;
  readonly name: string;
  readonly count: number;
  readonly firstStep: number | null;
  readonly lastStep: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

const everything: StepRange = { from: 0, to: Number.MAX_SAFE_INTEGER };

/** Series of runs, each the blocks on the disk followed by what still waits in the run's tail. */
export class SeriesReader {
  readonly #list: Statement<[number], SeriesRow>;
  readonly #find: Statement<[number, string], number>;
  readonly #blocks: Statement<[StepRange & { readonly series: number }], BlockRow>;
  readonly #data: Statement<[number], { step_data: Uint8Array | null; value_data: Uint8Array }>;
  readonly #tail: Statement<[number], Uint8Array>;

  constructor(db: ReadableDatabase) {
    this.#list = db.prepare(`
      SELECT s.id, s.name, coalesce(sum(b.count), 0) AS count, min(b.first_step) AS firstStep,
        max(b.last_step) AS lastStep, min(b.min) AS min, max(b.max) AS max
      FROM series AS s LEFT JOIN blocks AS b ON b.series = s.id
      WHERE s.run = ? GROUP BY s.id ORDER BY s.name`);
    this.#find = db
      .prepare<[number, string], number>('SELECT id FROM series WHERE run = ? AND name = ?')
      .pluck();
    // The blocks of a series do not overlap: the last one that begins at or before `from` is the first that matters.
    this.#blocks = db.prepare(`
      SELECT id, first_step AS firstStep, last_step AS lastStep, count, non_finite AS nonFinite, stride,
        first_value AS firstValue, last_value AS lastValue, min, min_step AS minStep, max, max_step AS maxStep
      FROM blocks WHERE series = @series AND first_step <= @to AND first_step >=
        coalesce((SELECT max(first_step) FROM blocks WHERE series = @series AND first_step <= @from), 0)
      ORDER BY first_step`);
    this.#data = db.prepare('SELECT step_data, value_data FROM blocks WHERE id = ?');
    this.#tail = db
      .prepare<[number], Uint8Array>('SELECT points FROM tail WHERE run = ? ORDER BY sequence')
      .pluck();
  }

  list(run: number): readonly SeriesInfo[] {
    const rows = this.#list.all(run);
    const tails = new Map<number, BlockSummary[]>();
    for (const blob of this.#tail.iterate(run)) {
      for (const { series, steps, values } of unpackTail(blob)) {
        const summaries = tails.get(series) ?? [];
        tails.set(series, summaries);
        summaries.push(summarise(steps, values));
      }
    }
    return rows.map(({ id, name, count, firstStep, lastStep, min, max }) => {
      const tail = tails.get(id) ?? [];
      const finite = (least: number | null, rest: readonly number[]) =>
        [least ?? NaN, ...rest].filter((value) => !Number.isNaN(value));
      const lowest = finite(
        min,
        tail.map((part) => part.min),
      );
      const highest = finite(
        max,
        tail.map((part) => part.max),
      );
      return {
        name,
        count: tail.reduce((sum, part) => sum + part.count, count),
        firstStep: firstStep ?? tail[0]?.firstStep ?? -1,
        lastStep: tail.at(-1)?.lastStep ?? lastStep ?? -1,
        min: lowest.length === 0 ? NaN : Math.min(...lowest),
        max: highest.length === 0 ? NaN : Math.max(...highest),
      };
    });
  }

  /** Points with from <= step <= to; none if the run has no such series (yet). */
  read(run: number, name: string, range: StepRange = everything): Series {
    const id = this.#find.get(run, name);
    const parts = id === undefined ? [] : [...this.#parts(run, id, range)];
    return concatenate(parts);
  }

  decimate(run: number, name: string, window: DecimationWindow): Decimated {
    const decimator = new Decimator(window);
    const id = this.#find.get(run, name);
    if (id !== undefined) {
      for (const row of this.#blocks.all({ series: id, from: window.from, to: window.to })) {
        const inside = row.firstStep >= window.from && row.lastStep <= window.to;
        if (inside && decimator.columnOf(row.firstStep) === decimator.columnOf(row.lastStep)) {
          decimator.addSummary(summaryOf(row));
        } else {
          const { steps, values } = clip(this.#load(row), window);
          decimator.addPoints(steps, values);
        }
      }
      for (const { steps, values } of this.#tailParts(run, id, window)) decimator.addPoints(steps, values);
    }
    return decimator.finish();
  }

  *#parts(run: number, id: number, range: StepRange): Generator<Series> {
    for (const row of this.#blocks.all({ series: id, from: range.from, to: range.to }))
      yield clip(this.#load(row), range);
    yield* this.#tailParts(run, id, range);
  }

  *#tailParts(run: number, id: number, range: StepRange): Generator<Series> {
    for (const blob of this.#tail.all(run)) {
      for (const entry of unpackTail(blob, id)) yield clip(entry, range);
    }
  }

  #load(row: BlockRow): Series {
    const data = this.#data.get(row.id);
    const values = toColumn(data?.value_data ?? new Uint8Array());
    const steps = data?.step_data
      ? toColumn(data.step_data)
      : regularSteps(row.firstStep, row.stride ?? 1, row.count);
    return { steps, values };
  }
}

function clip({ steps, values }: Series, { from, to }: StepRange): Series {
  const start = lowerBound(steps, from);
  const end =
    steps.length > 0 && at(steps, steps.length - 1) <= to
      ? steps.length
      : lowerBound(steps, Math.floor(to) + 1);
  return { steps: steps.subarray(start, end), values: values.subarray(start, end) };
}

/** SQLite keeps NaN as NULL. */
function summaryOf(row: BlockRow): BlockSummary {
  const { firstStep, lastStep, count, nonFinite, firstValue, lastValue, min, minStep, max, maxStep } = row;
  return {
    firstStep,
    lastStep,
    count,
    nonFinite,
    firstValue: firstValue ?? NaN,
    lastValue: lastValue ?? NaN,
    min: min ?? NaN,
    minStep: minStep ?? NaN,
    max: max ?? NaN,
    maxStep: maxStep ?? NaN,
  };
}
