import Database from 'better-sqlite3';
import type { RunBatch } from '../../../src/studio/store/types.ts';

/** The peer: one row a point, in the order in which a chart reads it. */
export class PlainTable {
  readonly #db: Database.Database;
  readonly #insert: Database.Statement<[string, string, number, number]>;

  constructor(file: string) {
    this.#db = new Database(file);
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = FULL');
    this.#db.exec(
      'CREATE TABLE points (run TEXT, series TEXT, step INTEGER, value REAL, PRIMARY KEY (run, series, step)) WITHOUT ROWID',
    );
    this.#insert = this.#db.prepare('INSERT INTO points VALUES (?, ?, ?, ?)');
  }

  commit(batches: readonly RunBatch[]): void {
    this.#db
      .transaction(() => {
        for (const { runId, points } of batches) {
          for (const { series, steps, values } of points) {
            for (const [index, step] of steps.entries())
              this.#insert.run(runId, series, step, values[index] ?? NaN);
          }
        }
      })
      .immediate();
  }

  read(run: string, series: string): { steps: Float64Array; values: Float64Array } {
    const rows = this.#db
      .prepare<[string, string], [number, number | null]>(
        'SELECT step, value FROM points WHERE run = ? AND series = ? ORDER BY step',
      )
      .raw()
      .all(run, series);
    return {
      steps: Float64Array.from(rows, ([step]) => step),
      values: Float64Array.from(rows, ([, value]) => value ?? NaN),
    };
  }

  close(): void {
    this.#db.close();
  }
}
