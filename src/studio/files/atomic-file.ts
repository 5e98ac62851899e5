/**
 * Files that are there whole or not at all: they are written under another name in the same folder, brought to the disk, and
 * renamed. (write-file-atomic does this for contents in memory; these come from SQLite and from streams.)
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A name in the folder of `path` that nobody else uses. */
export function temporaryNameFor(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
}

/** Brings `temporary`, a file or a folder, to the disk and gives it its name, in the place of an older file of that name. */
export function publish(temporary: string, path: string): void {
  sync(temporary);
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/** A new name is only durable with its folder; Windows has no such call and does not need it. */
export function syncFolder(folder: string): void {
  if (process.platform !== 'win32') sync(folder);
}

/** Removes what `publish` did not use. */
export function discard(temporary: string): void {
  try {
    for (const suffix of ['', '-journal']) rmSync(`${temporary}${suffix}`, { force: true });
  } catch {
    // Whatever keeps it from being removed kept it from being written: that error is the one to report.
  }
}

function sync(path: string): void {
  // Windows has no such call for folders and does not need it.
  if (process.platform === 'win32' && statSync(path).isDirectory()) return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
