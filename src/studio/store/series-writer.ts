/**
 * Appends points to a run's series: a commit adds one packed row to the run's tail, and moves series that have a full
 * block there to `blocks`. Every method runs within the caller's transaction; after a rollback the caller calls `forget`.
 */
import type { Statement } from 'better-sqlite3';
import type { Points } from '../../shared/trainer-protocol.ts';
import { blockLength, summarise } from './block.ts';
import { assertPoints, at, concatenate, lowerBound, strideOf, toBlob } from './columns.ts';
import type { WritableDatabase } from './connection.ts';
import { packTail, unpackTail } from './tail.ts';
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
  Uint8Array | null,
  Uint8Array,
];

export class SeriesWriter {
  readonly #listSeries: Statement<[number], { id: number; name: string; lastStep: number }>;
  readonly #createSeries: Statement<[number, string]>;
  readonly #insertBlock: Statement<BlockValues>;
  readonly #tail: Statement<[number], Uint8Array>;
  readonly #insertTail: Statement<[number, Uint8Array]>;
  readonly #clearTail: Statement<[number]>;
  readonly #open = new Map<number, OpenRun>();

  constructor(db: WritableDatabase) {
    this.#listSeries = db.prepare(`
      SELECT s.id, s.name, coalesce(max(b.last_step), -1) AS lastStep
      FROM series AS s LEFT JOIN blocks AS b ON b.series = s.id WHERE s.run = ? GROUP BY s.id`);
    this.#createSeries = db.prepare('INSERT INTO series (run, name) VALUES (?, ?)');
    this.#insertBlock = db.prepare<BlockValues>(`
      INSERT INTO blocks (series, first_step, last_step, count, non_finite, first_value, last_value, min, min_step, max,
        max_step, stride, step_data, value_data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#tail = db
      .prepare<[number], Uint8Array>('SELECT points FROM tail WHERE run = ? ORDER BY sequence')
      .pluck();
    this.#insertTail = db.prepare('INSERT INTO tail (run, points) VALUES (?, ?)');
    this.#clearTail = db.prepare('DELETE FROM tail WHERE run = ?');
  }

  /** Adds what lies after each series' last step. `where` names the run in errors. */
  append(run: number, points: readonly Points[], where: string): void {
    const open = this.#openRun(run);
    const fresh: TailEntry[] = [];
    let fullBlock = false;
    for (const { series: name, steps, values } of points) {
      assertPoints({ steps, values }, `${where}, series ${name}`);
      const known = open.series.get(name);
      const start = known ? lowerBound(steps, known.lastStep + 1) : 0;
      if (start === steps.length) continue;
      const series = known ?? this.#create(run, open, name);
      fresh.push({ series: series.id, steps: steps.subarray(start), values: values.subarray(start) });
      series.lastStep = at(steps, steps.length - 1);
      series.waiting += steps.length - start;
      fullBlock ||= series.waiting >= blockLength;
    }
    if (fresh.length === 0) return;
    if (fullBlock || open.tailRows >= maximumTailRows) {
      this.#repack(run, open, fresh, false);
    } else {
      this.#insertTail.run(run, packTail(fresh));
      open.tailRows += 1;
    }
  }

  /** Moves everything from the tail to blocks: the run is complete. */
  seal(run: number): void {
    const open = this.#openRun(run);
    if (open.tailRows > 0) this.#repack(run, open, [], true);
    this.#open.delete(run);
  }

  /** Writes a whole series that the run does not have yet. */
  insert(run: number, name: string, series: Series, where: string): void {
    assertPoints(series, `${where}, series ${name}`);
    const id = Number(this.#createSeries.run(run, name).lastInsertRowid);
    for (let start = 0; start < series.steps.length; start += blockLength)
      this.#writeBlock(id, series, start);
  }

  /** What was remembered may not be true any more: a transaction was rolled back. */
  forget(): void {
    this.#open.clear();
  }

  #openRun(run: number): OpenRun {
    const known = this.#open.get(run);
    if (known) return known;
    if (this.#open.size >= rememberedRuns) this.#open.clear();
    const byId = new Map<number, OpenSeries>();
    const open: OpenRun = { series: new Map(), tailRows: 0 };
    for (const { id, name, lastStep } of this.#listSeries.all(run)) {
      const series = { id, lastStep, waiting: 0 };
      byId.set(id, series);
      open.series.set(name, series);
    }
    for (const blob of this.#tail.iterate(run)) {
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

  #create(run: number, open: OpenRun, name: string): OpenSeries {
    const series = {
      id: Number(this.#createSeries.run(run, name).lastInsertRowid),
      lastStep: -1,
      waiting: 0,
    };
    open.series.set(name, series);
    return series;
  }

  /** Cuts tail and fresh points into full blocks (all of them into blocks if `everything`); the rest is one tail row. */
  #repack(run: number, open: OpenRun, fresh: readonly TailEntry[], everything: boolean): void {
    const pending = new Map<number, TailEntry[]>();
    const entries = this.#tail.all(run).flatMap((blob) => unpackTail(blob));
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
    if (rest.length > 0) this.#insertTail.run(run, packTail(rest));
    open.tailRows = rest.length > 0 ? 1 : 0;
    const waiting = new Map(rest.map((entry) => [entry.series, entry.steps.length]));
    for (const series of open.series.values()) series.waiting = waiting.get(series.id) ?? 0;
  }

  /** Writes one block from position `start` on; returns its length. */
  #writeBlock(id: number, series: Series, start: number): number {
    const steps = series.steps.subarray(start, start + blockLength);
    const values = series.values.subarray(start, start + blockLength);
    const s = summarise(steps, values);
    const stride = strideOf(steps);
    this.#insertBlock.run(
      ...([id, s.firstStep, s.lastStep, s.count, s.nonFinite, s.firstValue, s.lastValue] as const),
      ...([s.min, s.minStep, s.max, s.maxStep] as const),
      ...([stride, stride === null ? toBlob(steps) : null, toBlob(values)] as const),
    );
    return steps.length;
  }
}
