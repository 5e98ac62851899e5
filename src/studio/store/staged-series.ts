/**
 * Series of runs that are being imported. They are rows like any other, but of a run whose key is negative, which none has: no
 * reader comes upon them, and giving them a run's key is all that makes them its series.
 */
import type { Statement } from 'better-sqlite3';
import { sealSql } from './checksum.ts';
import type { WritableDatabase } from './connection.ts';
import type { SeriesWriter } from './series-writer.ts';
import type { Series } from './types.ts';

/** Removed in one transaction: some 8 MB. */
const BLOCKS_AT_ONCE = 128;

export class StagedSeries {
  readonly #db: WritableDatabase;
  readonly #writer: SeriesWriter;
  readonly #handOver: Statement<[number, number]>;
  readonly #seal: Statement<[number]>;
  readonly #removeBlocks: Statement<[number, number]>;
  readonly #removeSeries: Statement<[number]>;
  #lastKey: number;

  /** What a studio that did not end by itself has left behind is removed. */
  constructor(db: WritableDatabase, writer: SeriesWriter) {
    this.#db = db;
    this.#writer = writer;
    this.#handOver = db.prepare('UPDATE series SET run = ? WHERE run = ?');
    this.#seal = db.prepare(sealSql('series', 'run = ?'));
    this.#removeBlocks = db.prepare(
      'DELETE FROM blocks WHERE id IN (SELECT id FROM blocks WHERE series IN (SELECT id FROM series WHERE run = ?) LIMIT ?)',
    );
    this.#removeSeries = db.prepare('DELETE FROM series WHERE run = ?');
    this.#lastKey = 0;
    const left = db.prepare<[], number>('SELECT DISTINCT run FROM series WHERE run < 0').pluck().all();
    for (const key of left) while (db.transaction(() => this.discardSome(key)).immediate());
  }

  newKey(): number {
    this.#lastKey -= 1;
    return this.#lastKey;
  }

  append(key: number, name: string, points: Series, atomically: (write: () => void) => void): void {
    // There is no run of this key to refer to; the pragma does nothing within a transaction.
    this.#db.pragma('foreign_keys = OFF');
    try {
      atomically(() => this.#writer.extend(key, name, points, 'the import'));
    } finally {
      this.#db.pragma('foreign_keys = ON');
    }
  }

  /** @returns how many series */
  handOver(key: number, run: number): number {
    const { changes } = this.#handOver.run(run, key);
    this.#seal.run(run);
    return changes;
  }

  /** @returns false when nothing is left */
  discardSome(key: number): boolean {
    if (this.#removeBlocks.run(key, BLOCKS_AT_ONCE).changes > 0) return true;
    this.#removeSeries.run(key);
    return false;
  }
}
