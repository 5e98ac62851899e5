/** What SQLite's error codes mean to the studio. */
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { isNearlyFull } from '../../node/file-error.ts';
import { AppError } from '../../shared/errors.ts';

/** What to do about a damaged store. */
export const saving =
  'keep the folder, and save what is intact into a new one with "gumbel-studio check-store --salvage"';

/** SQLite's report of damage, which has a heading and lines. */
export function oneLine(report: string): string {
  return report.replace('*** in database main ***', '').trim().replace(/\s+/g, ' ');
}

/**
 * An SqliteError as AppError that names `file`: `disk-full`, `conflict` (another process writes), `precondition` (no
 * permission) or `external` (disk, damage). Any other error is returned as it is.
 */
export function fromSqliteError(error: unknown, file: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const code = error.code;
  const about = (kind: AppError['kind'], message: string) =>
    new AppError(kind, message, { path: file, cause: error });
  if (code === 'SQLITE_FULL' || (code.startsWith('SQLITE_IOERR') && nearlyFull(file))) {
    return about(
      'disk-full',
      `the disk that holds ${file} is full; nothing was changed, free some space and try again`,
    );
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return about('conflict', `${file} is locked by another process; wait for it or stop it`);
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return about('external', `${file} is damaged (${error.message}); ${saving}`);
  }
  if (code.startsWith('SQLITE_READONLY') || code === 'SQLITE_PERM' || code === 'SQLITE_AUTH') {
    return about(
      'precondition',
      `${file} cannot be written (${error.message}); check the permissions of the file and its folder`,
    );
  }
  if (code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_IOERR')) {
    return about(
      'external',
      `${file} cannot be read or written (${code}: ${error.message}); check the disk and the permissions`,
    );
  }
  return about('internal', `${file}: ${code}: ${error.message}`);
}

function nearlyFull(file: string): boolean {
  try {
    return isNearlyFull(dirname(file));
  } catch {
    return false;
  }
}
