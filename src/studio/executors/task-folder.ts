/** The folder of a task (docs/adr/0026): its spec, what it starts from, what it is asked, and its checkpoint on the way back. */
import { existsSync, readFileSync } from 'node:fs';
import { constants, copyFile, mkdir, open, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomicSync } from '../../node/atomic-file.ts';
import type { z } from 'zod';
import { sha256 } from '../../node/digest.ts';
import { fromFileError } from '../../node/file-error.ts';
import { attemptFolder, checkpointPath } from '../../node/run-folder.ts';
import { CHECKPOINT_FILE, loopOf, ORIGIN_FILE } from '../../shared/checkpoint.ts';
import { AppError, validationError } from '../../shared/errors.ts';
import { splitSafetensors } from '../../shared/safetensors.ts';
import {
  taskControlSchema,
  taskFiles,
  taskSpecSchema,
  type TaskControl,
  type TaskSpec,
} from '../../shared/task.ts';

/** @param submission its folder */
export function specPath(submission: string, task: number): string {
  return join(submission, 'specs', `${task}.json`);
}

/** @param submission its folder */
export function taskFolder(submission: string, task: number): string {
  return join(submission, 'tasks', `${task}`);
}

/**
 * Makes the spec and the folder of one task within a submission that nobody knows of yet.
 * @param runFolder of the run in the data folder: what it forked from and its checkpoint go along; it need not be there
 */
export async function fillTask(submission: string, spec: TaskSpec, runFolder: string): Promise<void> {
  const folder = taskFolder(submission, spec.task);
  await mkdir(folder, { recursive: true });
  await copyDurably(join(runFolder, ORIGIN_FILE), join(folder, ORIGIN_FILE));
  await copyDurably(checkpointPath(runFolder), join(attemptFolder(folder, 1), CHECKPOINT_FILE));
  await mkdir(dirname(specPath(submission, spec.task)), { recursive: true });
  await writeFile(specPath(submission, spec.task), `${JSON.stringify(spec)}\n`, { flush: true });
}

/** Nothing happens where there is nothing to copy. */
async function copyDurably(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return;
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  const copy = await open(to, 'r');
  try {
    await copy.sync();
  } finally {
    await copy.close();
  }
}

/** @throws AppError not-found, external; validation if it is no spec of this version */
export function readSpec(path: string): TaskSpec {
  return readJson(path, taskSpecSchema, 'the spec of a task');
}

/** Tells a task what to do; it looks once a second. @throws AppError disk-full, external */
export function writeControl(folder: string, control: TaskControl): void {
  const path = join(folder, taskFiles.control);
  try {
    // Of thousands that are stopped at once each would wait for the disk.
    writeFileAtomicSync(path, JSON.stringify(control), { fsync: false });
  } catch (error) {
    throw fromFileError(error, path);
  }
}

/** What the task is asked; undefined: nothing, or it cannot be read at this moment. */
export function readControl(folder: string): TaskControl | undefined {
  try {
    return readJson(join(folder, taskFiles.control), taskControlSchema, 'a control file');
  } catch {
    // A file system that lags shows it the next time.
    return undefined;
  }
}

/**
 * A task's checkpoint, where its run has not come as far itself.
 * @param runFolder of the run in the data folder
 * @returns its content; undefined if there is nothing to take
 * @throws AppError validation if it is damaged, not here yet as a whole, say; conflict if it is of another run; external
 */
export async function checkpointToTake(
  task: string,
  runFolder: string,
  run: string,
): Promise<Uint8Array | undefined> {
  const theirs = await readCheckpoint(task, run);
  if (theirs === undefined) return undefined;
  // A damaged one cannot be gone on from.
  const own = await readCheckpoint(runFolder, run).catch(() => undefined);
  return own !== undefined && own.step >= theirs.step ? undefined : theirs.bytes;
}

/** @returns undefined: there is none. What cannot be read, as a file system does not answer, may be there. */
async function readCheckpoint(
  folder: string,
  run: string,
): Promise<{ readonly bytes: Uint8Array; readonly step: number } | undefined> {
  let path = folder;
  try {
    if ((await orAbsent(stat(folder))) === undefined) return undefined;
    path = checkpointPath(folder);
    const bytes = await orAbsent(readFile(path));
    if (bytes === undefined) return undefined;
    const { metadata } = splitSafetensors(bytes, path, sha256);
    return { bytes, step: loopOf(metadata, path, run).step };
  } catch (error) {
    throw fromFileError(error, path);
  }
}

async function orAbsent<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

/** @throws AppError not-found, external; validation if it is not `what` */
export function readJson<T extends z.ZodType>(path: string, schema: T, what: string): z.infer<T> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw fromFileError(error, path);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AppError('validation', `${path} is not ${what}: it is not JSON, or it was cut off`, {
      path,
      cause: error,
    });
  }
  const checked = schema.safeParse(value);
  if (!checked.success) throw validationError(checked.error, `${path} is not ${what} of this version`);
  return checked.data;
}
