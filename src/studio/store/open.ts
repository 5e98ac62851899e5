/**
 * Opens a store's database. Nothing is written to a file before it is known to be ours and not newer than this program.
 */
import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { connectReadable, connectWritable } from './connection.ts';
import type { ReadableDatabase } from './connection.ts';
import { migrations } from './migrations/index.ts';
import { latestVersion, migrate } from './migrations/migrate.ts';
import { readableStore } from './readable-store.ts';
import { fromSqliteError } from './sqlite-error.ts';
import type { ReadableStore, Store } from './types.ts';
import { writableStore } from './writable-store.ts';

/** "GSST", Gumbel Studio store, at offset 68 of the file. */
const applicationId = 0x47535354;

/**
 * Opens the store at `path` for writing, makes it if the file does not exist, and brings it to this program's version.
 * The caller holds the data folder's lock. Throws AppError: `precondition` if the file belongs to another program or a
 * newer studio, `external` if it is damaged (looked for after an end without `close`), `disk-full`.
 */
export function openStore(path: string): Store {
  const file = resolve(path);
  return translated(file, () => {
    if (!existsSync(dirname(file))) {
      throw new AppError(
        'not-found',
        `the folder ${dirname(file)} does not exist; make it, or choose another with --data-dir`,
        {
          path: dirname(file),
        },
      );
    }
    const known = sizeOf(file) > 0 && inspect(file) !== 'empty';
    const unclean = known && sizeOf(`${file}-wal`) > 0;
    const db = connectWritable(file);
    try {
      if (unclean) assertSound(db, file);
      db.transaction(() => {
        if (!known) db.pragma(`application_id = ${applicationId}`);
        migrate(db, migrations);
      }).immediate();
      return writableStore(db, file);
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/**
 * Opens the store at `path` for reading, also while another process writes to it. Throws AppError: `not-found`,
 * `precondition` if the file belongs to another program, a newer studio, or an older one whose store was not migrated yet.
 */
export function openReadableStore(path: string): ReadableStore {
  const file = resolve(path);
  return translated(file, () => {
    const version = sizeOf(file) > 0 ? inspect(file) : 'empty';
    if (version === 'empty') {
      throw new AppError(
        'not-found',
        `there is no store at ${file}; start a run first, or choose the data folder with --data-dir`,
        {
          path: file,
        },
      );
    }
    if (version < latestVersion(migrations)) {
      throw new AppError(
        'precondition',
        `the store ${file} has the older format ${version}; start the studio once so that it is brought to format ${latestVersion(migrations)}`,
        { path: file },
      );
    }
    return readableStore(connectReadable(file), file);
  });
}

/** Version of the store, found without writing anything; `empty` for a database that nobody has used yet. */
function inspect(file: string): number | 'empty' {
  const db = connectReadable(file);
  try {
    const identity = Number(db.pragma('application_id', { simple: true }));
    const version = Number(db.pragma('user_version', { simple: true }));
    const objects = db.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get();
    if (identity === 0 && version === 0 && objects === 0) return 'empty';
    const latest = latestVersion(migrations);
    if (
      identity !== applicationId ||
      (version < latest && !migrations.some((step) => step.version === version))
    ) {
      throw new AppError(
        'precondition',
        `${file} is a database of another program, not a store of gumbel-studio; choose another data folder with --data-dir`,
        { path: file },
      );
    }
    if (version > latest) {
      throw new AppError(
        'precondition',
        `the store ${file} was written by a newer gumbel-studio (format ${version}; this one knows up to ${latest}); update gumbel-studio or choose another data folder with --data-dir`,
        { path: file },
      );
    }
    return version;
  } finally {
    db.close();
  }
}

function assertSound(db: ReadableDatabase, file: string): void {
  const report = db.pragma('quick_check(1)', { simple: true });
  if (report !== 'ok') {
    throw new AppError(
      'external',
      `the store ${file} is damaged (${String(report)}); keep the file and go on with a copy from a backup or another data folder`,
      { path: file },
    );
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function translated<T>(file: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw fromSqliteError(error, file);
  }
}
