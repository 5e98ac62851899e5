import type { Statement } from 'better-sqlite3';
import type { ReadableDatabase, WritableDatabase } from './connection.ts';
import type { RunEvent } from './types.ts';

export class EventReader {
  readonly #list: Statement<[number], RunEvent>;

  constructor(db: ReadableDatabase) {
    this.#list = db.prepare('SELECT at, kind, step, message FROM events WHERE run = ? ORDER BY sequence');
  }

  list(run: number): readonly RunEvent[] {
    return this.#list.all(run);
  }
}

export class EventWriter {
  readonly #insert: Statement<[number, number, string, number, string]>;

  constructor(db: WritableDatabase) {
    this.#insert = db.prepare('INSERT INTO events (run, at, kind, step, message) VALUES (?, ?, ?, ?, ?)');
  }

  add(run: number, { kind, step, message }: Omit<RunEvent, 'at'>): void {
    this.#insert.run(run, Date.now(), kind, step, message);
  }
}
