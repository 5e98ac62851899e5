/**
 * The folder of the set-up. What is made lies in a draft until it is complete, and one rename makes it the ready one, so that a
 * set-up that is interrupted, or killed, leaves nothing that a trainer would load. One set-up at a time holds the folder; the
 * system gives it free however that one ends, and the next one removes what it left.
 */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  statfsSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { AppError } from '../../src/shared/errors.ts';
import { LOCK_FILE, OsLock } from '../../src/studio/store/os-lock.ts';
import { READY_FOLDER } from '../../src/node/tensorflow-folder.ts';

const DRAFT = /^draft-/;
/** The ready folder of before, while it makes way for another. */
const FORMER_FOLDER = 'former';
const PAUSE_MS = 200;

/**
 * Takes the folder, once nobody else has it.
 * @param onWait told once, if another set-up is under way
 * @throws AppError precondition if it cannot be made or written
 */
export async function takeFolder(
  folder: string,
  { signal, onWait }: { readonly signal?: AbortSignal; onWait?(): void } = {},
): Promise<OsLock> {
  for (let first = true; ; first = false) {
    signal?.throwIfAborted();
    let lock: OsLock | undefined;
    try {
      makeFolder(folder);
      // A lock can be had on a file that is there although its folder cannot be written.
      accessSync(folder, constants.W_OK);
      lock = OsLock.acquire(folder);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new AppError(
        'precondition',
        `the folder ${folder} cannot be written (${reason}): name another one with --folder, or in GUMBEL_STUDIO_TENSORFLOW`,
        { path: folder, cause: error },
      );
    }
    if (lock !== undefined) return lock;
    if (first) onWait?.();
    await setTimeout(PAUSE_MS, undefined, signal === undefined ? {} : { signal });
  }
}

/** As `mkdirSync` with `recursive` does, which never ends below /proc, where nothing can be made in folders that are there. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another set-up has made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Removes what interrupted set-ups left; with the folder taken. */
export function tidy(folder: string): void {
  const former = join(folder, FORMER_FOLDER);
  const ready = join(folder, READY_FOLDER);
  // Killed between two renames: the one of before was complete.
  if (existsSync(former) && !existsSync(ready)) renameSync(former, ready);
  remove(former);
  for (const name of readdirSync(folder)) if (DRAFT.test(name)) remove(join(folder, name));
}

/** A new draft, laid out as the folder itself: a trainer can be shown it as such. Its name is its own, whatever a killed set-up's children still write. */
export function openDraft(folder: string): string {
  const draft = join(folder, `draft-${process.pid}-${Date.now()}`);
  mkdirSync(join(draft, READY_FOLDER), { recursive: true });
  return draft;
}

/** Makes a draft the ready one. */
export function publish(folder: string, draft: string): void {
  const former = join(folder, FORMER_FOLDER);
  const ready = join(folder, READY_FOLDER);
  if (existsSync(ready)) renameSync(ready, former);
  renameSync(join(draft, READY_FOLDER), ready);
  tidy(folder);
}

/** Removes everything that set-ups made; with the folder taken. */
export function removeSetup(folder: string): void {
  tidy(folder);
  remove(join(folder, READY_FOLDER));
}

/** Gives the folder free, and removes it if nothing is in it. Whoever waits for it makes it again. */
export function leaveFolder(folder: string, lock: OsLock): void {
  lock.release();
  if (readdirSync(folder).some((name) => name !== LOCK_FILE)) return;
  remove(join(folder, LOCK_FILE));
  rmdirSync(folder);
}

/** @throws AppError disk-full if there is less free space than the set-up takes */
export function checkRoom(folder: string, megabytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = Math.floor((bavail * bsize) / 1e6);
  if (free >= megabytes) return;
  throw new AppError(
    'disk-full',
    `the disk of ${folder} has ${free} MB free, and the set-up needs ${megabytes} MB: free some space, or name a folder on another disk with --folder`,
    { path: folder },
  );
}

export function remove(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}
