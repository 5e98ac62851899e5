import { join } from 'node:path';
import Database from 'better-sqlite3';
import { fromSqliteError } from './sqlite-error.ts';

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
    const file = join(folder, 'studio.lock');
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

  release(): void {
    this.#db.close();
  }
}
