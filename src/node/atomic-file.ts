/**
 * Files that are there whole or not at all: they are written under another name in the same folder, brought to the disk, and
 * renamed. Own code, because write-file-atomic 8.0.0 asks the system once and does not look at how much it took: a disk that is nearly full
 * takes a part without an error, and the part would replace the last good file.
 */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export interface WriteOptions {
  /** Permissions; absent: those of the file that is replaced, or the usual ones. */
  readonly mode?: number;
  /** Whether it has to outlast a loss of power. */
  readonly fsync?: boolean;
}

/** Replaces a file, or the one that a link leads to. @throws the system's error; the old file is as it was then */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  const { target, temporary, mode } = placesFor(path, options);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      // Goes on until the system has taken everything.
      await file.writeFile(bytesOf(data));
      // What it was opened with is subject to the umask.
      if (mode !== undefined) await file.chmod(mode);
    } finally {
      await file.close();
    }
    rename(temporary, target, options);
  } catch (error) {
    discard(temporary);
    throw error;
  }
}

/** The same for where nothing else may happen meanwhile. */
export function writeFileAtomicSync(
  path: string,
  data: string | Uint8Array,
  options: WriteOptions = {},
): void {
  const { target, temporary, mode } = placesFor(path, options);
  try {
    writeFileSync(temporary, bytesOf(data), { flag: 'wx', ...(mode !== undefined && { mode }) });
    if (mode !== undefined) chmodSync(temporary, mode);
    rename(temporary, target, options);
  } catch (error) {
    discard(temporary);
    throw error;
  }
}

function placesFor(path: string, { mode }: WriteOptions) {
  let target = path;
  let old: number | undefined;
  try {
    target = realpathSync(path);
    old = statSync(target).mode & 0o777;
  } catch {
    // There is none yet.
  }
  return { target, temporary: temporaryNameFor(target), mode: mode ?? old };
}

function bytesOf(data: string | Uint8Array): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data) : data;
}

function rename(temporary: string, target: string, { fsync = true }: WriteOptions): void {
  if (fsync) publish(temporary, target);
  else renameSync(temporary, target);
}

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
