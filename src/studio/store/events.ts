import type { Statement } from 'better-sqlite3';
import { runStates, type RunState } from '../../shared/run.ts';
import { damaged, isWholeSql, sealSql } from './checksum.ts';
import type { ReadableDatabase, WritableDatabase } from './connection.ts';
import type { RunEvent } from './types.ts';

/** A run's move to another state, as its log keeps it: `paused: by hand`. */
export function stateEvent(state: RunState, reason: string, step: number): Omit<RunEvent, 'at'> {
  return { kind: 'state', step, message: reason === '' ? state : `${state}: ${reason}` };
}

/** The state that the event says the run moved to; undefined of other events. */
export function stateIn({ kind, message }: RunEvent): RunState | undefined {
  const [said] = message.split(':', 1);
  return kind === 'state' ? runStates.find((state) => state === said) : undefined;
}

export class EventReader {
  readonly #list: Statement<[number], RunEvent & { readonly position: number; readonly whole: number }>;
  readonly #count: Statement<[number], number>;

  constructor(db: ReadableDatabase) {
    this.#list = db.prepare(
      `SELECT at, kind, step, message, position, ${isWholeSql('events')} AS whole
       FROM events WHERE run = ? ORDER BY sequence`,
    );
    this.#count = db.prepare<[number], number>('SELECT event_count FROM runs WHERE sequence = ?').pluck();
  }

  /** Throws DamageError unless all are there as they were written. `where` names the run. */
  list(run: number, where: string): readonly RunEvent[] {
    const rows = this.#list.all(run);
    const lost = (this.#count.get(run) ?? 0) - rows.length;
    if (lost !== 0)
      throw damaged(`${where}: of its log lines ${Math.abs(lost)} ${lost > 0 ? 'are gone' : 'are too many'}`);
    return rows.map(({ position, whole, ...event }, index) => {
      if (whole !== 1 || position !== index)
        throw damaged(`${where}: log line ${index + 1} does not match its checksum`);
      return event;
    });
  }
}

export class EventWriter {
  readonly #insert: Statement<[number, number, number, string, number, string]>;
  readonly #count: Statement<[number], number>;
  readonly #countUp: Statement<[number]>;
  readonly #seal: Statement<[number]>;

  constructor(db: WritableDatabase) {
    this.#insert = db.prepare(
      'INSERT INTO events (run, position, at, kind, step, message) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#count = db.prepare<[number], number>('SELECT event_count FROM runs WHERE sequence = ?').pluck();
    this.#countUp = db.prepare('UPDATE runs SET event_count = event_count + 1 WHERE sequence = ?');
    this.#seal = db.prepare(sealSql('events', 'sequence = ?'));
  }

  /** The caller seals the run's row. */
  add(run: number, { kind, step, message }: Omit<RunEvent, 'at'>, at: number = Date.now()): void {
    const position = this.#count.get(run) ?? 0;
    const { lastInsertRowid } = this.#insert.run(run, position, at, kind, step, message);
    this.#seal.run(Number(lastInsertRowid));
    this.#countUp.run(run);
  }
}
