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
import { damagedStore } from './salvage-reader.ts';
import { fromSqliteError, oneLine, saving } from './sqlite-error.ts';
import type { DamagedStore, ReadableStore, Store } from './types.ts';
import { writableStore } from './writable-store.ts';

/** "GSST", Gumbel Studio store, at offset 68 of the file. */
const applicationId = 0x47535354;

/**
 * Opens the store at `path` for writing, makes it if the file does not exist, and brings it to this program's version.
 * The caller holds the data folder's lock. Throws AppError: `precondition` if the file belongs to another program or a
 * newer studio, `external` if it is damaged (looked for after an end without `close`), `disk-full`.
 * @param assertHeld throws when the folder is not the caller's any more: nothing is written then
 */
export function openStore(path: string, assertHeld: () => void = () => undefined): Store {
  const file = resolve(path);
  return translated(file, () => {
    if (!existsSync(dirname(file))) {
      throw new AppError(
        'not-found',
        `the folder ${dirname(file)} does not exist; create it, or choose another with --data-dir`,
        {
          path: dirname(file),
        },
      );
    }
    const version = sizeOf(file) > 0 ? inspect(file) : 'empty';
    const known = version !== 'empty';
    const isOld = known && version < latestVersion(migrations);
    const unclean = known && sizeOf(`${file}-wal`) > 0;
    const db = connectWritable(file);
    try {
      if (unclean || isOld) assertSound(db, file);
      db.transaction(() => {
        if (!known) db.pragma(`application_id = ${applicationId}`);
        migrate(db, migrations);
      }).immediate();
      if (known) assertComplete(db, file);
      return writableStore(db, file, assertHeld);
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
    assertCurrent(file);
    const db = connectReadable(file);
    try {
      assertComplete(db, file);
      return readableStore(db, file);
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/**
 * Opens a store for what is whole of it, and writes nothing. Throws as `openReadableStore`, but not where only rows are damaged
 * or gone.
 */
export function openDamagedStore(path: string): DamagedStore {
  const file = resolve(path);
  return translated(file, () => {
    assertCurrent(file);
    return damagedStore(connectReadable(file), file);
  });
}

/** Throws AppError unless there is a store of this program's format. */
function assertCurrent(file: string): void {
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
      `the store ${file} has the older format ${version}; start the studio once to migrate it to format ${latestVersion(migrations)}`,
      { path: file },
    );
  }
}

/**
 * Rows that cannot be found any more are not missed by any checksum: a table and its indexes must agree on how many there are.
 * A store in which they do not is not opened, as writing into broken trees breaks more.
 */
function assertComplete(db: ReadableDatabase, file: string): void {
  const counts = (table: string, ...ways: string[]) => {
    const found = ways.map((way) => db.prepare<[], number>(`SELECT count(*) FROM ${way}`).pluck().get() ?? 0);
    if (new Set(found).size === 1) return;
    throw new AppError(
      'external',
      `the store ${file} is damaged (only ${Math.min(...found)} of ${Math.max(...found)} ${table} can be found in every way); ${saving}`,
      { path: file },
    );
  };
  counts(
    'comparisons',
    'comparisons NOT INDEXED',
    "comparisons WHERE id >= ''",
    'comparisons WHERE created_at > -1e300',
  );
  counts(
    'runs',
    'runs NOT INDEXED',
    "runs WHERE id >= ''",
    'comparisons AS c CROSS JOIN runs AS r ON r.comparison = c.sequence',
  );
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
    throw new AppError('external', `the store ${file} is damaged (${oneLine(String(report))}); ${saving}`, {
      path: file,
    });
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
