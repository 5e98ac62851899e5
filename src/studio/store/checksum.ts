/**
 * Every row carries a CRC-32 over its cells, so that what a disk has altered is never taken for what was written. SQLite itself
 * computes and compares them, through a function that each connection has: one list of columns serves writing, reading and
 * migrating.
 */
import { crc32 } from 'node:zlib';
import type Database from 'better-sqlite3';
import type { z } from 'zod';
import { AppError, validationError } from '../../shared/errors.ts';

/**
 * What the checksum of a row covers, in this order. A row of `runs`, and of `series`, also counts what belongs to it, so that
 * rows which are gone are missed. `position`: which row of its run it is, counted from 0.
 */
const covered = {
  comparisons: [
    ...['sequence', 'id', 'name', 'problem', 'preset', 'backend', 'baselines', 'exact', 'created_at'],
    'variant_baselines',
    'verdict',
    'elsewhere',
    'sweep',
    'confirms',
    'guide',
    'executor',
  ],
  documents: ['id', 'sha256', 'json'],
  runs: [
    ...[
      'sequence',
      'id',
      'comparison',
      'name',
      'problem',
      'config',
      'estimator',
      'settings',
      'seed',
      'backend',
    ],
    ...['state', 'reason', 'step', 'steps', 'seconds', 'steps_per_second', 'evaluations', 'metrics'],
    ...['environment', 'created_at', 'started_at', 'ended_at', 'notes', 'tags', 'archived_at', 'parent'],
    ...['series_count', 'tail_count', 'event_count', 'variant', 'pairing', 'picture_count', 'alerts', 'task'],
  ],
  series: ['id', 'run', 'name', 'block_count'],
  blocks: [
    ...['series', 'first_step', 'last_step', 'count', 'non_finite', 'first_value', 'last_value', 'min'],
    ...['min_step', 'max', 'max_step', 'stride', 'data_checksum'],
  ],
  tail: ['run', 'position', 'points'],
  events: ['run', 'position', 'at', 'kind', 'step', 'message'],
  kept_pictures: ['run', 'name', 'step', 'sha256'],
  picture_contents: ['sha256', 'data'],
} as const;

type CheckedTable = keyof typeof covered;

export type Cell = string | number | null | Uint8Array;

/** CRC-32 of the cells: what they are, and where each ends. NaN is what SQLite makes of it, null. */
export function checksumOf(cells: readonly Cell[]): number {
  let sum = 0;
  let text = '';
  for (const cell of cells) {
    if (cell instanceof Uint8Array) {
      sum = crc32(cell, crc32(`${text}b${cell.byteLength}:`, sum));
      text = '';
    } else if (typeof cell === 'string') text += `s${cell.length}:${cell}`;
    // -0 has no place in a column of SQLite.
    else text += cell === null || Number.isNaN(cell) ? 'n' : `d${cell === 0 ? 0 : cell};`;
  }
  // As 32 bits with a sign, which SQLite keeps in 4 bytes.
  return crc32(text, sum) | 0;
}

/** Gives a connection the function that the SQL of this module calls. */
export function addChecksumFunction(db: Database.Database): void {
  db.function('row_checksum', { varargs: true, deterministic: true }, (...cells: unknown[]) =>
    checksumOf(cells as Cell[]),
  );
}

/** What the checksum of a row covers, in the order in which `checksumOf` takes the cells. */
export function coveredColumns(table: CheckedTable): readonly string[] {
  return covered[table];
}

/**
 * SQL: the checksum of a row of `table`, from its cells.
 * @param without columns that a table of an earlier version does not have, and its checksum did not cover
 */
export function checksumSql(
  table: CheckedTable,
  alias = table as string,
  without: readonly string[] = [],
): string {
  const columns = covered[table].filter((column) => !without.includes(column));
  return `row_checksum(${columns.map((column) => `${alias}.${column}`).join(', ')})`;
}

/** SQL: 1 if the row is as it was written, else 0. */
export function isWholeSql(table: CheckedTable, alias = table as string): string {
  return `(${alias}.checksum IS ${checksumSql(table, alias)})`;
}

/** SQL: gives a row, named by `where`, the checksum of its present cells. @param without as of `checksumSql` */
export function sealSql(table: CheckedTable, where: string, without: readonly string[] = []): string {
  return `UPDATE ${table} SET checksum = ${checksumSql(table, table, without)} WHERE ${where}`;
}

/** A part of the store is not as it was written; the rest is. */
export class DamageError extends AppError {
  constructor(message: string) {
    super('external', message);
  }
}

export function damaged(what: string): DamageError {
  return new DamageError(`${what}${REMEDY}`);
}

const REMEDY = '; "gumbel-studio check-store" lists all damage and saves what is intact';

/** The sentence without its remedy, where that is what a person has just used. */
export function withoutRemedy(message: string): string {
  return message.replaceAll(REMEDY, '');
}

/** What was written whole, but is not what a store holds: an older studio took it from a file. */
export function invalid(what: string, error: z.ZodError): DamageError {
  return new DamageError(validationError(error, `${what} holds a value that no run may have`).message);
}

/** A JSON cell. Throws DamageError. */
export function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw damaged('a JSON text is not complete');
  }
}
