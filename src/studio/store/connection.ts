/**
 * Connections to SQLite databases: pragmas, version floor, and the two brands that keep a reader from writing.
 * The live database is only ever touched through SQLite: closing any other descriptor of it would drop its locks.
 */
import Database from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';
import { addChecksumFunction } from './checksum.ts';

declare const readable: unique symbol;
declare const writable: unique symbol;

/** A connection for reading: repositories that only read take this one. */
export type ReadableDatabase = Database.Database & { readonly [readable]: true };
/** A connection that may also write. */
export type WritableDatabase = ReadableDatabase & { readonly [writable]: true };

/** The first release without the WAL-reset bug of 3.7.0 to 3.51.2 (sqlite.org, release notes of 3.51.3). */
const minimumSqlite = [3, 51, 3] as const;
const busyTimeoutMs = 5000;
/** Pages of 4 KiB in the write-ahead log before SQLite moves them into the database: 16 MiB. */
const checkpointPages = 4096;
const journalSizeLimitBytes = 64 * 1024 * 1024;

/** Throws AppError `precondition` if the SQLite in use is older than the one this program was made for. */
export function assertSqliteVersion(found: string): void {
  const parts = found.split('.').map(Number);
  for (const [index, least] of minimumSqlite.entries()) {
    const part = parts[index] ?? 0;
    if (part > least) return;
    if (part < least) {
      throw new AppError(
        'precondition',
        `SQLite ${found} is in use, but the store needs ${minimumSqlite.join('.')} or newer; reinstall gumbel-studio with npm ci`,
      );
    }
  }
}

/** Reading only; the file must exist. */
export function connectReadable(file: string): ReadableDatabase {
  const db = new Database(file, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs });
  return prepared(db, () => db.pragma('query_only = ON')) as ReadableDatabase;
}

/** Reading and writing; every commit is on the disk (as far as the operating system can tell) when it returns. */
export function connectWritable(file: string): WritableDatabase {
  const db = new Database(file, { timeout: busyTimeoutMs });
  return prepared(db, () => {
    const mode = db.pragma('journal_mode = WAL', { simple: true });
    if (mode !== 'wal') {
      throw new AppError(
        'precondition',
        `the store ${file} cannot use a write-ahead log here (journal mode ${String(mode)}); choose a folder on a local disk with --data-dir`,
        { path: file },
      );
    }
    db.pragma('synchronous = FULL');
    // macOS returns from fsync before the drive has written; both have no effect elsewhere.
    db.pragma('fullfsync = ON');
    db.pragma('checkpoint_fullfsync = ON');
    db.pragma('foreign_keys = ON');
    db.pragma(`wal_autocheckpoint = ${checkpointPages}`);
    db.pragma(`journal_size_limit = ${journalSizeLimitBytes}`);
  }) as WritableDatabase;
}

function prepared(db: Database.Database, settings: () => void): Database.Database {
  try {
    assertSqliteVersion(String(db.prepare('SELECT sqlite_version()').pluck().get()));
    db.pragma('trusted_schema = OFF');
    db.pragma('cell_size_check = ON');
    addChecksumFunction(db);
    settings();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
