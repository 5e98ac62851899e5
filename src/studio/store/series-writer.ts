/**
 * Appends points to a run's series: a commit adds one packed row to the run's tail, and moves series that have a full
 * block there to `blocks`. Every method runs within the caller's transaction; after a rollback the caller calls `forget`.
 */
import type { Statement } from 'better-sqlite3';
import { firstNew, NO_STEP } from '../../shared/series.ts';
import type { Points } from '../../shared/training-session.ts';
import { blockLength, summarise } from './block.ts';
import { checksumOf, damaged, isWholeSql, sealSql } from './checksum.ts';
import { assertPoints, at, concatenate, strideOf, toBlob } from './columns.ts';
import type { WritableDatabase } from './connection.ts';
import { assertBlockCount, assertSeriesCount } from './series-reader.ts';
import { packTail, TailReader, unpackTail } from './tail.ts';
import type { TailEntry } from './tail.ts';
import type { Series } from './types.ts';

/** A tail of more rows than this is packed into one row, so that readers need not open thousands. */
const maximumTailRows = 256;
/** Runs whose state is remembered between commits. */
const rememberedRuns = 1000;

interface OpenSeries {
  readonly id: number;
  lastStep: number;
  /** Points in the tail. */
  waiting: number;
}

/** What a run's row counts. */
export interface RunContents {
  readonly series: number;
  readonly tailRows: number;
}

interface OpenRun {
  readonly series: Map<string, OpenSeries>;
  tailRows: number;
}

type BlockValues = [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number | null,
  number,
  number,
  Uint8Array | null,
  Uint8Array,
];

interface KnownSeries {
  readonly id: number;
  readonly name: string;
  readonly whole: number;
  readonly blockCount: number;
  readonly blocks: number;
  readonly lastStep: number;
}

export class SeriesWriter {
  readonly #listSeries: Statement<[number], KnownSeries>;
  readonly #contents: Statement<[number], RunContents>;
  readonly #createSeries: Statement<[number, string]>;
  readonly #findSeries: Statement<[number, string], number>;
  readonly #insertBlock: Statement<BlockValues>;
  readonly #countBlock: Statement<[number]>;
  readonly #sealSeries: Statement<[number]>;
  readonly #tail: TailReader;
  readonly #insertTail: Statement<[number, number, Uint8Array, number]>;
  readonly #clearTail: Statement<[number]>;
  readonly #open = new Map<number, OpenRun>();

  constructor(db: WritableDatabase) {
    this.#listSeries = db.prepare(`
      SELECT s.id, s.name, ${isWholeSql('series', 's')} AS whole, s.block_count AS blockCount, count(b.id) AS blocks,
        coalesce(max(b.last_step), -1) AS lastStep
      FROM series AS s LEFT JOIN blocks AS b ON b.series = s.id WHERE s.run = ? GROUP BY s.id`);
    this.#contents = db.prepare(
      'SELECT series_count AS series, tail_count AS tailRows FROM runs WHERE sequence = ?',
    );
    this.#findSeries = db
      .prepare<[number, string], number>('SELECT id FROM series WHERE run = ? AND name = ?')
      .pluck();
    this.#createSeries = db.prepare('INSERT INTO series (run, name) VALUES (?, ?)');
    this.#insertBlock = db.prepare<BlockValues>(`
      INSERT INTO blocks (series, first_step, last_step, count, non_finite, first_value, last_value, min, min_step, max,
        max_step, stride, data_checksum, checksum, step_data, value_data)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#countBlock = db.prepare('UPDATE series SET block_count = block_count + 1 WHERE id = ?');
    this.#sealSeries = db.prepare(sealSql('series', 'id = ?'));
    this.#tail = new TailReader(db);
    this.#insertTail = db.prepare('INSERT INTO tail (run, position, points, checksum) VALUES (?, ?, ?, ?)');
    this.#clearTail = db.prepare('DELETE FROM tail WHERE run = ?');
  }

  /** Adds what lies after each series' last step. `where` names the run in errors. */
  append(run: number, points: readonly Points[], where: string): RunContents {
    const open = this.#openRun(run, where);
    const fresh: TailEntry[] = [];
    let fullBlock = false;
    for (const { series: name, steps, values } of points) {
      assertPoints({ steps, values }, `${where}, series ${name}`);
      const known = open.series.get(name);
      const start = firstNew(steps, known?.lastStep);
      if (start === steps.length) continue;
      const series = known ?? this.#create(run, open, name);
      fresh.push({ series: series.id, steps: steps.subarray(start), values: values.subarray(start) });
      series.lastStep = at(steps, steps.length - 1);
      series.waiting += steps.length - start;
      fullBlock ||= series.waiting >= blockLength;
    }
    if (fresh.length === 0) return contentsOf(open);
    if (fullBlock || open.tailRows >= maximumTailRows) {
      this.#repack(run, open, fresh, false, where);
    } else {
      this.#addTail(run, open, fresh);
    }
    return contentsOf(open);
  }

  /** Moves everything from the tail to blocks: the run is complete. */
  seal(run: number, where: string): RunContents {
    const open = this.#openRun(run, where);
    if (open.tailRows > 0) this.#repack(run, open, [], true, where);
    this.#open.delete(run);
    return contentsOf(open);
  }

  /** Writes a whole series that the run does not have yet. */
  insert(run: number, name: string, series: Series, where: string): void {
    assertPoints(series, `${where}, series ${name}`);
    const id = this.#createRow(run, name);
    for (let start = 0; start < series.steps.length; start += blockLength)
      this.#writeBlock(id, series, start);
  }

  /** Writes more of a series that is in blocks alone, after what it has: all parts but the last are whole blocks. */
  extend(run: number, name: string, part: Series, where: string): void {
    assertPoints(part, `${where}, series ${name}`);
    const known = this.#findSeries.get(run, name);
    const id = known ?? this.#createRow(run, name);
    for (let start = 0; start < part.steps.length; start += blockLength) this.#writeBlock(id, part, start);
  }

  /** What was remembered may not be true any more: a transaction was rolled back. */
  forget(): void {
    this.#open.clear();
  }

  #openRun(run: number, where: string): OpenRun {
    const known = this.#open.get(run);
    if (known) return known;
    if (this.#open.size >= rememberedRuns) this.#open.clear();
    const byId = new Map<number, OpenSeries>();
    const open: OpenRun = { series: new Map(), tailRows: 0 };
    const contents = this.#contents.get(run);
    const stored = this.#listSeries.all(run);
    assertSeriesCount(where, contents?.series, stored.length);
    for (const { id, name, lastStep, whole, blockCount, blocks } of stored) {
      if (whole !== 1) throw damaged(`${where}, series ${name} does not match its checksum`);
      assertBlockCount(`${where}, series ${name}`, blockCount, blocks);
      const series = { id, lastStep, waiting: 0 };
      byId.set(id, series);
      open.series.set(name, series);
    }
    for (const blob of this.#tail.read(run, contents?.tailRows, where)) {
      open.tailRows += 1;
      for (const entry of unpackTail(blob)) {
        const series = byId.get(entry.series);
        if (!series) continue;
        series.waiting += entry.steps.length;
        series.lastStep = at(entry.steps, entry.steps.length - 1);
      }
    }
    this.#open.set(run, open);
    return open;
  }

  /** @returns its key */
  #createRow(run: number, name: string): number {
    const id = Number(this.#createSeries.run(run, name).lastInsertRowid);
    this.#sealSeries.run(id);
    return id;
  }

  #addTail(run: number, open: OpenRun, entries: readonly TailEntry[]): void {
    const points = packTail(entries);
    this.#insertTail.run(run, open.tailRows, points, checksumOf([run, open.tailRows, points]));
    open.tailRows += 1;
  }

  #create(run: number, open: OpenRun, name: string): OpenSeries {
    const series = {
      id: this.#createRow(run, name),
      lastStep: NO_STEP,
      waiting: 0,
    };
    open.series.set(name, series);
    return series;
  }

  /** Cuts tail and fresh points into full blocks (all of them into blocks if `everything`); the rest is one tail row. */
  #repack(run: number, open: OpenRun, fresh: readonly TailEntry[], everything: boolean, where: string): void {
    const pending = new Map<number, TailEntry[]>();
    const entries = this.#tail.read(run, open.tailRows, where).flatMap((blob) => unpackTail(blob));
    for (const entry of [...entries, ...fresh]) {
      const waiting = pending.get(entry.series);
      if (waiting) waiting.push(entry);
      else pending.set(entry.series, [entry]);
    }
    const rest: TailEntry[] = [];
    for (const [series, parts] of pending) {
      const all = concatenate(parts);
      let start = 0;
      while (all.steps.length - start >= (everything ? 1 : blockLength)) {
        start += this.#writeBlock(series, all, start);
      }
      if (start < all.steps.length) {
        rest.push({ series, steps: all.steps.subarray(start), values: all.values.subarray(start) });
      }
    }
    this.#clearTail.run(run);
    open.tailRows = 0;
    if (rest.length > 0) this.#addTail(run, open, rest);
    const waiting = new Map(rest.map((entry) => [entry.series, entry.steps.length]));
    for (const series of open.series.values()) series.waiting = waiting.get(series.id) ?? 0;
  }

  /** Writes one block from position `start` on; returns its length. */
  #writeBlock(id: number, series: Series, start: number): number {
    const steps = series.steps.subarray(start, start + blockLength);
    const values = series.values.subarray(start, start + blockLength);
    const s = summarise(steps, values);
    const stride = strideOf(steps);
    const data = [stride === null ? toBlob(steps) : null, toBlob(values)] as const;
    const cells = [
      ...([id, s.firstStep, s.lastStep, s.count, s.nonFinite, s.firstValue, s.lastValue] as const),
      ...([s.min, s.minStep, s.max, s.maxStep, stride, checksumOf(data)] as const),
    ] as const;
    this.#insertBlock.run(...cells, checksumOf(cells), ...data);
    this.#countBlock.run(id);
    this.#sealSeries.run(id);
    return steps.length;
  }
}

function contentsOf({ series, tailRows }: OpenRun): RunContents {
  return { series: series.size, tailRows };
}
