import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { AppError, validationError } from '../../shared/errors.ts';
import { comparisonRecordSchema, runRecordSchema } from '../../shared/run.ts';
import type { ComparisonRecord, RunRecord } from '../../shared/run.ts';
import { fromFileError } from '../store/file-error.ts';
import { fromSqliteError } from '../store/sqlite-error.ts';
import type { Series } from '../store/types.ts';
import { discard, publish, temporaryNameFor } from './atomic-file.ts';
import type { NamedTensor } from './content-digest.ts';
import { checkHeader } from './run-file-header.ts';
import type { FileIdentity } from './run-file-header.ts';
import { readContent } from './run-file-reader.ts';
import { writeContent } from './run-file-writer.ts';
import { parseUntrusted } from './safe-json.ts';

/** All of a run, for another machine, another studio, or a replay. */
export interface RunFileContent {
  readonly run: RunRecord;
  readonly comparison: ComparisonRecord;
  readonly series: Readonly<Record<string, Series>>;
  /** Final parameters; none if the run did not get that far. */
  readonly parameters: readonly NamedTensor[];
}

/** Ids become names of files and folders. */
const idSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'an id is 1 to 64 small letters, digits and -');
const recordsSchema = z
  .object({
    run: runRecordSchema.extend({ id: idSchema, comparison: idSchema }),
    comparison: comparisonRecordSchema.extend({ id: idSchema }),
  })
  .refine(({ run, comparison }) => run.comparison === comparison.id, 'the run belongs to another comparison')
  .refine(
    ({ run, comparison }) => run.spec.problem === comparison.problem,
    'the run has another problem than its comparison',
  );

/**
 * Writes a run file, in the place of an older one of that name: afterwards the file is there whole, or as it was before.
 * Throws AppError `validation` (a content that `readRunFile` would refuse), `not-found` (no such folder), `disk-full`.
 */
export function writeRunFile(path: string, content: RunFileContent): void {
  const file = resolve(path);
  const temporary = temporaryNameFor(file);
  try {
    // What is written is what the checked JSON says, so that NaN in the metrics (null in JSON) is no error.
    const run = JSON.stringify(content.run);
    const comparison = JSON.stringify(content.comparison);
    checkRecords({ run: parseUntrusted(run), comparison: parseUntrusted(comparison) }, file);
    statSync(dirname(file));
    const db = new Database(temporary);
    try {
      writeContent(db, { run, comparison }, content.series, content.parameters);
    } finally {
      db.close();
    }
    publish(temporary, file);
  } catch (error) {
    throw fromFileError(fromSqliteError(error, file), file);
  } finally {
    discard(temporary);
  }
}

/**
 * Reads a run file that anybody may have made. Nothing in it is believed before it is checked, and the file is not changed.
 * Throws AppError `validation` with the reason (truncated, damaged, newer version, not a run file, ...), `not-found`,
 * `external` (the disk).
 */
export function readRunFile(path: string): RunFileContent {
  const file = resolve(path);
  try {
    const before = checkHeader(file);
    const beside = ['-wal', '-journal'].find((suffix) => existsSync(file + suffix));
    if (beside)
      throw new Error(`${file}${beside} lies beside it: it is in use, or its writing was cut short`);
    if (file !== file.trim()) throw new Error('its name ends in white space; rename it');
    const { run, comparison, series, parameters } = readDatabase(file);
    assertUnchanged(file, before);
    return { ...checkRecords({ run, comparison }, file), series, parameters };
  } catch (error) {
    if (error instanceof AppError) throw error;
    const translated = fromFileError(isDamage(error) ? error : fromSqliteError(error, file), file);
    if (translated instanceof AppError) throw translated;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('validation', `${file} cannot be read as a run file: ${reason}`, {
      path: file,
      cause: error,
    });
  }
}

function readDatabase(file: string) {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return readContent(db);
  } finally {
    db.close();
  }
}

/** SQLite's complaints about the bytes of a file, as opposed to the disk, locks and permissions. */
function isDamage(error: unknown): boolean {
  return (
    error instanceof Database.SqliteError &&
    !/^SQLITE_(BUSY|LOCKED|IOERR|CANTOPEN|PERM|AUTH|READONLY|FULL)/.test(error.code)
  );
}

function assertUnchanged(file: string, before: FileIdentity): void {
  const { ino, size, mtimeMs } = statSync(file);
  if (ino !== before.inode || size !== before.size || mtimeMs !== before.modifiedMs) {
    throw new Error('it was changed while it was read; try again');
  }
}

function checkRecords(records: unknown, file: string): z.infer<typeof recordsSchema> {
  const checked = recordsSchema.safeParse(records);
  if (!checked.success) throw validationError(checked.error, `${file} cannot be a run file`);
  return checked.data;
}
