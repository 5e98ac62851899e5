import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { fromSqliteError } from './sqlite-error.ts';

/** Name of the file in a data folder. */
export const LOCK_FILE = 'studio.lock';

/**
 * A file lock of the operating system, through SQLite because Node has none of its own: an exclusive transaction on an
 * otherwise empty database. Nothing else may open the file: closing another descriptor of it would free the lock.
 */
export class OsLock {
  readonly #db: Database.Database;

  private constructor(db: Database.Database) {
    this.#db = db;
  }

  /** The lock on `studio.lock` in `folder`, or undefined if another process (or this one) has it. */
  static acquire(folder: string): OsLock | undefined {
    const file = join(folder, LOCK_FILE);
    let db: Database.Database | undefined;
    try {
      db = new Database(file, { timeout: 0 });
      db.exec('BEGIN EXCLUSIVE');
      return new OsLock(db);
    } catch (error) {
      db?.close();
      if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return undefined;
      throw fromSqliteError(error, file);
    }
  }

  /**
   * Whether a process holds the lock on `folder`. Looking at it never takes it away: an owner-to-be that meets the look waits a
   * moment. Undefined: the file cannot be looked at.
   */
  static isHeld(folder: string): boolean | undefined {
    let db: Database.Database | undefined;
    try {
      db = new Database(join(folder, LOCK_FILE), { timeout: 0, readonly: true });
      // Reading needs a shared lock for as long as it takes.
      db.prepare('SELECT count(*) FROM sqlite_schema').get();
      return false;
    } catch (error) {
      if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return true;
      return existsSync(join(folder, LOCK_FILE)) ? undefined : false;
    } finally {
      db?.close();
    }
  }

  release(): void {
    this.#db.close();
  }
}
