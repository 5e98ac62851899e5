/**
 * Files that are there whole or not at all: they are written under another name in the same folder, brought to the disk, and
 * renamed. (write-file-atomic does this for contents in memory; these come from SQLite and from streams.)
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../shared/errors.ts';

/** A name in the folder of `path` that nobody else uses. */
export function temporaryNameFor(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
}

/** Brings `temporary` to the disk and gives it its name, in the place of an older file of that name. */
export function publish(temporary: string, path: string): void {
  sync(temporary);
  renameSync(temporary, path);
  // The new name is only durable with its folder; Windows has no such call and does not need it.
  if (process.platform !== 'win32') sync(dirname(path));
}

/** Removes what `publish` did not use. */
export function discard(temporary: string): void {
  try {
    for (const suffix of ['', '-journal']) rmSync(`${temporary}${suffix}`, { force: true });
  } catch {
    // Whatever keeps it from being removed kept it from being written: that error is the one to report.
  }
}

/** What a failed system call means; other errors are returned as they are. */
export function fromFileError(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (error instanceof AppError || typeof code !== 'string' || !('syscall' in (error as Error))) return error;
  const options = { path, cause: error };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError(
      'disk-full',
      `the disk is full: ${path} was not written; free some space and try again`,
      options,
    );
  }
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new AppError(
      'not-found',
      `${path} does not exist, or its folder does not; check the name`,
      options,
    );
  }
  return new AppError(
    'external',
    `${path}: ${(error as Error).message}; check the permissions of the file and its folder`,
    options,
  );
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
