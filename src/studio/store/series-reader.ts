import type { Statement } from 'better-sqlite3';
import { counted } from '../../shared/counted.ts';
import { NO_STEP } from '../../shared/series.ts';
import { checksumOf, DamageError, damaged, isWholeSql } from './checksum.ts';
import { summarise } from './block.ts';
import type { BlockSummary } from './block.ts';
import { at, concatenate, lowerBound, regularSteps, toColumn } from './columns.ts';
import type { ReadableDatabase } from './connection.ts';
import { Decimator } from './decimate.ts';
import { TailReader, unpackTail } from './tail.ts';
import type { Decimated, DecimationWindow, Series, SeriesInfo, StepRange } from './types.ts';

interface BlockRow extends Omit<
  BlockSummary,
  'firstValue' | 'lastValue' | 'min' | 'minStep' | 'max' | 'maxStep'
> {
  readonly id: number;
  readonly whole: number;
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
  readonly whole: number;
  readonly blockCount: number;
  /** Blocks that are there, and how many of them are as they were written. */
  readonly blocks: number;
  readonly wholeBlocks: number;
  readonly count: number;
  readonly firstStep: number | null;
  readonly lastStep: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

interface SeriesKey {
  readonly id: number;
  readonly blockCount: number;
  readonly whole: number;
}

interface Contents {
  readonly series: number;
  readonly tailRows: number;
}

interface BlockData {
  readonly step_data: Uint8Array | null;
  readonly value_data: Uint8Array;
  readonly data_checksum: number;
}

const everything: StepRange = { from: 0, to: Number.MAX_SAFE_INTEGER };

/** Series of runs, each the blocks on the disk followed by what still waits in the run's tail. */
export class SeriesReader {
  readonly #list: Statement<[number], SeriesRow>;
  readonly #find: Statement<[number, string], SeriesKey>;
  readonly #contents: Statement<[number], Contents>;
  readonly #countBlocks: Statement<[number], number>;
  readonly #countSeries: Statement<[number], number>;
  readonly #blocks: Statement<[StepRange & { readonly series: number }], BlockRow>;
  readonly #data: Statement<[number], BlockData>;
  readonly #tail: TailReader;

  constructor(db: ReadableDatabase) {
    this.#list = db.prepare(`
      SELECT s.id, s.name, ${isWholeSql('series', 's')} AS whole, s.block_count AS blockCount,
        count(b.id) AS blocks, coalesce(sum(${isWholeSql('blocks', 'b')}), 0) AS wholeBlocks, coalesce(sum(b.count), 0) AS count, min(b.first_step) AS firstStep,
        max(b.last_step) AS lastStep, min(b.min) AS min, max(b.max) AS max
      FROM series AS s LEFT JOIN blocks AS b ON b.series = s.id
      WHERE s.run = ? GROUP BY s.id ORDER BY s.name`);
    this.#find = db.prepare(
      `SELECT id, block_count AS blockCount, ${isWholeSql('series')} AS whole FROM series WHERE run = ? AND name = ?`,
    );
    this.#contents = db.prepare(
      'SELECT series_count AS series, tail_count AS tailRows FROM runs WHERE sequence = ?',
    );
    this.#countBlocks = db.prepare<[number], number>('SELECT count(*) FROM blocks WHERE series = ?').pluck();
    this.#countSeries = db.prepare<[number], number>('SELECT count(*) FROM series WHERE run = ?').pluck();
    // The blocks of a series do not overlap: the last one that begins at or before `from` is the first that matters.
    this.#blocks = db.prepare(`
      SELECT id, ${isWholeSql('blocks')} AS whole, first_step AS firstStep, last_step AS lastStep, count, non_finite AS nonFinite, stride,
        first_value AS firstValue, last_value AS lastValue, min, min_step AS minStep, max, max_step AS maxStep
      FROM blocks WHERE series = @series AND first_step <= @to AND first_step >=
        coalesce((SELECT max(first_step) FROM blocks WHERE series = @series AND first_step <= @from), 0)
      ORDER BY first_step`);
    this.#data = db.prepare('SELECT step_data, value_data, data_checksum FROM blocks WHERE id = ?');
    this.#tail = new TailReader(db);
  }

  /** `where` names the run in errors, here and below. */
  list(run: number, where: string): readonly SeriesInfo[] {
    const rows = this.#list.all(run);
    assertSeriesCount(where, this.#contents.get(run)?.series, rows.length);
    for (const { name, whole, blockCount, blocks, wholeBlocks } of rows) {
      const series = `${where}, series ${name}`;
      if (whole !== 1) throw damaged(`${series} does not match its checksum`);
      assertBlockCount(series, blockCount, blocks);
      if (wholeBlocks !== blocks) throw damaged(`${series}: a block of points does not match its checksum`);
    }
    const tails = new Map<number, BlockSummary[]>();
    for (const blob of this.#tail.read(run, this.#contents.get(run)?.tailRows, where)) {
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
        lastStep: tail.at(-1)?.lastStep ?? lastStep ?? NO_STEP,
        min: lowest.length === 0 ? NaN : Math.min(...lowest),
        max: highest.length === 0 ? NaN : Math.max(...highest),
      };
    });
  }

  names(run: number): readonly string[] {
    return this.#list.all(run).map(({ name }) => name);
  }

  assertCount(run: number, where: string): void {
    assertSeriesCount(where, this.#contents.get(run)?.series, this.#countSeries.get(run) ?? 0);
  }

  /** The points of those blocks that are as they were written; `lost` hears of the others. */
  readWhole(run: number, name: string, where: string, lost: (damage: string) => void): Series {
    const series = `${where}, series ${name}`;
    const parts: Series[] = [];
    const keep = (read: () => readonly Series[]) => {
      try {
        parts.push(...read());
      } catch (error) {
        if (!(error instanceof DamageError)) throw error;
        lost(error.message);
      }
    };
    const id = this.#find.get(run, name)?.id;
    if (id === undefined) return concatenate(parts);
    const rows = this.#blocks.all({ series: id, ...everything });
    keep(() => {
      assertBlockCount(series, this.#find.get(run, name)?.blockCount ?? 0, rows.length);
      return [];
    });
    for (const row of rows) {
      keep(() => {
        if (row.whole !== 1) throw blockDamage(series, row);
        return [this.#load(row, series)];
      });
    }
    keep(() => [...this.#tailParts(run, id, series, everything)]);
    let last = -1;
    return concatenate(
      parts.map((part) => {
        const after = clip(part, { from: last + 1, to: everything.to });
        last = after.steps.at(-1) ?? last;
        return after;
      }),
    );
  }

  /** Points with from <= step <= to; none if the run has no such series (yet). */
  read(run: number, name: string, where: string, range: StepRange = everything): Series {
    const series = `${where}, series ${name}`;
    const id = this.#idOf(run, name, where);
    if (id === undefined) return concatenate([]);
    const whole = concatenate([...this.#parts(run, id, series, range)]);
    for (let i = 1; i < whole.steps.length; i += 1) {
      if (at(whole.steps, i) <= at(whole.steps, i - 1))
        throw damaged(`${series}: its points are not in order`);
    }
    return whole;
  }

  decimate(run: number, name: string, where: string, window: DecimationWindow): Decimated {
    const decimator = new Decimator(window);
    const series = `${where}, series ${name}`;
    const id = this.#idOf(run, name, where);
    if (id !== undefined) {
      for (const row of this.#wholeBlocks(id, series, window)) {
        const inside = row.firstStep >= window.from && row.lastStep <= window.to;
        if (inside && decimator.columnOf(row.firstStep) === decimator.columnOf(row.lastStep)) {
          decimator.addSummary(summaryOf(row));
        } else {
          const { steps, values } = clip(this.#load(row, series), window);
          decimator.addPoints(steps, values);
        }
      }
      for (const { steps, values } of this.#tailParts(run, id, series, window))
        decimator.addPoints(steps, values);
    }
    return decimator.finish();
  }

  /** Key of the series; undefined if the run has none of that name. */
  #idOf(run: number, name: string, where: string): number | undefined {
    const found = this.#find.get(run, name);
    if (found === undefined) {
      assertSeriesCount(where, this.#contents.get(run)?.series, this.#countSeries.get(run) ?? 0);
      return undefined;
    }
    if (found.whole !== 1) throw damaged(`${where}, series ${name} does not match its checksum`);
    assertBlockCount(`${where}, series ${name}`, found.blockCount, this.#countBlocks.get(found.id) ?? 0);
    return found.id;
  }

  #wholeBlocks(id: number, series: string, { from, to }: StepRange): readonly BlockRow[] {
    const rows = this.#blocks.all({ series: id, from, to });
    const broken = rows.find(({ whole }) => whole !== 1);
    if (broken !== undefined) throw blockDamage(series, broken);
    return rows;
  }

  *#parts(run: number, id: number, series: string, range: StepRange): Generator<Series> {
    for (const row of this.#wholeBlocks(id, series, range)) yield clip(this.#load(row, series), range);
    yield* this.#tailParts(run, id, series, range);
  }

  *#tailParts(run: number, id: number, series: string, range: StepRange): Generator<Series> {
    for (const blob of this.#tail.read(run, this.#contents.get(run)?.tailRows, series)) {
      for (const entry of unpackTail(blob, id)) yield clip(entry, range);
    }
  }

  #load(row: BlockRow, series: string): Series {
    const data = this.#data.get(row.id);
    if (data === undefined || data.data_checksum !== checksumOf([data.step_data, data.value_data]))
      throw blockDamage(series, row);
    const values = toColumn(data.value_data);
    const steps = data.step_data
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

/** Also for the writer. */
export function assertSeriesCount(where: string, expected: number | undefined, found: number): void {
  if (found !== expected) throw damaged(`${where}: ${found} of its ${expected ?? 0} series found`);
}

export function assertBlockCount(series: string, expected: number, found: number): void {
  if (found !== expected)
    throw damaged(`${series}: ${found} of its ${counted(expected, 'block')} of points found`);
}

function blockDamage(series: string, { firstStep, lastStep }: BlockRow): Error {
  return damaged(`${series}: the points of steps ${firstStep} to ${lastStep} do not match their checksum`);
}
