import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { AppError, validationError } from '../../shared/errors.ts';
import type { KeptPicture } from '../../shared/pictures/kept.ts';
import { comparisonRecordSchema, runRecordSchema } from '../../shared/run.ts';
import type { ComparisonRecord, RunRecord } from '../../shared/run.ts';
import { currentProblem } from '../catalog.ts';
import { concatenate } from '../store/columns.ts';
import { fromFileError } from '../../node/file-error.ts';
import { fromSqliteError } from '../store/sqlite-error.ts';
import type { Series } from '../store/types.ts';
import { discard, publish, temporaryNameFor } from '../../node/atomic-file.ts';
import type { FileTensor } from './content-digest.ts';
import { checkHeader } from './run-file-header.ts';
import type { FileIdentity } from './run-file-header.ts';
import { RunFileReader, type ReadProgress } from './run-file-reader.ts';
import { writeContent } from './run-file-writer.ts';
import { parseUntrusted } from './safe-json.ts';

/** The two records of a run file, checked. */
export type RunFileRecords = z.infer<typeof recordsSchema>;

/** All of a run, for another machine, another studio, or a replay. */
export interface RunFileContent {
  readonly run: RunRecord;
  readonly comparison: ComparisonRecord;
  readonly series: Readonly<Record<string, Series>>;
  /** Final parameters; none if the run did not get that far. */
  readonly parameters: readonly FileTensor[];
  /** That it keeps. */
  readonly pictures: readonly KeptPicture[];
}

const recordsSchema = z
  .object({ run: runRecordSchema, comparison: comparisonRecordSchema })
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
      writeContent(db, { run, comparison }, content.series, content.parameters, content.pictures);
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

/** A run file that was checked whole. */
export interface OpenRunFile {
  readonly records: RunFileRecords;
  /** Gives out the numbers. */
  readonly reader: RunFileReader;
  /** @throws AppError validation if the file was changed meanwhile */
  assertUnchanged(): void;
  close(): void;
}

/**
 * Opens a run file that anybody may have made. Nothing in it is believed before it is checked, and the file is not changed.
 * Throws AppError `validation` with the reason (truncated, damaged, newer version, not a run file, ...), `not-found`,
 * `external` (the disk).
 */
export function openRunFile(path: string, onProgress?: ReadProgress): OpenRunFile {
  const file = resolve(path);
  try {
    const before = checkHeader(file);
    const beside = ['-wal', '-journal'].find((suffix) => existsSync(file + suffix));
    if (beside) throw new Error(`${file}${beside} is beside it: it is in use, or was not written to its end`);
    if (file !== file.trim()) throw new Error('its name ends in white space; rename it');
    const db = new Database(file, { readonly: true, fileMustExist: true });
    try {
      const reader = new RunFileReader(db, onProgress);
      const records = checkRecords({ run: reader.run, comparison: reader.comparison }, file);
      assertUnchanged(file, before);
      return {
        records,
        reader,
        assertUnchanged: () => assertUnchanged(file, before),
        close: () => db.close(),
      };
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw readingError(error, file);
  }
}

/** All of a run file at once. @throws as `openRunFile` */
export function readRunFile(path: string): RunFileContent {
  const { records, reader, assertUnchanged: assertSame, close } = openRunFile(path);
  try {
    const parts = new Map<string, Series[]>();
    for (const { name, points } of reader.points()) {
      const known = parts.get(name);
      if (known === undefined) parts.set(name, [points]);
      else known.push(points);
    }
    // Without a prototype, a series may be called like a method of objects.
    const series = Object.create(null) as Record<string, Series>;
    for (const [name, blocks] of parts) series[name] = concatenate(blocks);
    const parameters = [...reader.parameters()];
    const pictures = [...reader.pictures()].flatMap(({ kept, content }) =>
      kept.map((one) => ({ ...one, content })),
    );
    assertSame();
    return { ...records, series, parameters, pictures };
  } catch (error) {
    throw readingError(error, resolve(path));
  } finally {
    close();
  }
}

/** What it means that reading `file` failed. */
export function readingError(error: unknown, file: string): AppError {
  if (error instanceof AppError) return error;
  const translated = fromFileError(isDamage(error) ? error : fromSqliteError(error, file), file);
  if (translated instanceof AppError) return translated;
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError('validation', `${file} cannot be read as a run file: ${reason}`, {
    path: file,
    cause: error,
  });
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

function checkRecords(records: { run: unknown; comparison: unknown }, file: string): RunFileRecords {
  const checked = recordsSchema.safeParse(records);
  if (!checked.success) throw validationError(checked.error, `${file} cannot be a run file`);
  const { run, comparison } = checked.data;
  return {
    run: { ...run, spec: { ...run.spec, problem: currentProblem(run.spec.problem) } },
    comparison: { ...comparison, problem: currentProblem(comparison.problem) },
  };
}
