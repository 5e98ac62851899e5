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
import { open, realpath, rename, stat } from 'node:fs/promises';
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
  { mode, fsync = true }: WriteOptions = {},
): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const temporary = temporaryNameFor(target);
  try {
    const exact = mode ?? (await permissionsOf(target));
    const file = await open(temporary, 'wx', exact);
    try {
      // Goes on until the system has taken everything.
      await file.writeFile(bytesOf(data));
      // What it was opened with is subject to the umask.
      if (exact !== undefined) await file.chmod(exact);
      if (fsync) await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
    if (fsync) await syncFolderSoon(dirname(target));
  } catch (error) {
    discard(temporary);
    throw error;
  }
}

/** The same for where nothing else may happen meanwhile. */
export function writeFileAtomicSync(
  path: string,
  data: string | Uint8Array,
  { mode, fsync = true }: WriteOptions = {},
): void {
  const old = statSync(path, { throwIfNoEntry: false });
  const target = old === undefined ? path : realpathSync(path);
  const temporary = temporaryNameFor(target);
  const exact = mode ?? (old && old.mode & PERMISSIONS);
  try {
    writeFileSync(temporary, bytesOf(data), { flag: 'wx', ...(exact !== undefined && { mode: exact }) });
    if (exact !== undefined) chmodSync(temporary, exact);
    if (fsync) publish(temporary, target);
    else renameSync(temporary, target);
  } catch (error) {
    discard(temporary);
    throw error;
  }
}

/** Of a file's mode. */
const PERMISSIONS = 0o777;

async function permissionsOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ mode }) => mode & PERMISSIONS,
    () => undefined,
  );
}

/** A buffer, as of strings Node has a way of its own. */
function bytesOf(data: string | Uint8Array): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data) : data;
}

/** As `publish` for a folder, while nobody waits for the disk. */
export async function publishSoon(temporary: string, path: string): Promise<void> {
  await syncFolderSoon(temporary);
  await rename(temporary, path);
  await syncFolderSoon(dirname(path));
}

async function syncFolderSoon(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
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
