/**
 * Each start of a trainer on a run is an attempt with a number and a folder of its own, `attempt-<n>` in the run's folder: the
 * fence between trainers of one run (docs/adr/0013). Only the owner of the data folder makes attempts; the highest number is the
 * current one, and only its checkpoint is ever read. A trainer of an earlier attempt that is still alive has no folder to
 * write to.
 */
import { copyFileSync, existsSync, linkSync, mkdirSync, rmSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKPOINT_FILE } from '../../shared/checkpoint.ts';
import { fromFileError } from '../../node/file-error.ts';
import { attemptFolder, attemptsIn, checkpointPath } from '../../node/run-folder.ts';
import { publish, publishSoon } from '../../node/atomic-file.ts';

/** An attempt in the making; one that is found was left by a crash. */
const UNFINISHED = 'attempt.tmp';

/**
 * Makes the next attempt, with the run's checkpoint as it is now, and ends every earlier one. After a crash at any instant the
 * current attempt has the checkpoint.
 * @returns its folder
 * @throws AppError disk-full, external
 */
export function beginAttempt(folder: string): string {
  const next = attemptFolder(folder, (attemptsIn(folder)[0] ?? 0) + 1);
  const unfinished = join(folder, UNFINISHED);
  try {
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    const own = checkpointPath(folder);
    const start = join(unfinished, CHECKPOINT_FILE);
    if (existsSync(own)) keep(own, start);
    publish(unfinished, next);
  } catch (error) {
    throw fromFileError(error, next);
  }
  discardEarlierAttempts(folder);
  return next;
}

/**
 * Makes the next attempt with a checkpoint that was made elsewhere, in the place of the run's own, and ends every earlier one; it is there whole
 * or not at all. The process has time for others meanwhile, but not for another attempt at the run.
 * @throws AppError disk-full, external
 */
export async function takeAttempt(folder: string, checkpoint: Uint8Array): Promise<void> {
  const next = attemptFolder(folder, (attemptsIn(folder)[0] ?? 0) + 1);
  const unfinished = join(folder, UNFINISHED);
  try {
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true });
    await writeFile(join(unfinished, CHECKPOINT_FILE), checkpoint, { flush: true });
    await publishSoon(unfinished, next);
  } catch (error) {
    throw fromFileError(error, next);
  }
  discardEarlierAttempts(folder);
}

/** Removes what the current attempt has replaced. What a trainer of old is writing at this instant goes the next time. */
export function discardEarlierAttempts(folder: string): void {
  const [current, ...earlier] = attemptsIn(folder);
  if (current === undefined) return;
  const replaced = [...earlier.map((number) => attemptFolder(folder, number)), join(folder, CHECKPOINT_FILE)];
  for (const path of replaced) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // Nobody reads it.
    }
  }
}

/** A checkpoint is replaced and never written to again, so that one file may have two names for a while. */
function keep(checkpoint: string, path: string): void {
  try {
    linkSync(checkpoint, path);
  } catch {
    // File systems without hard links.
    copyFileSync(checkpoint, path);
  }
}
