/**
 * Where what a run has come to lies in its folder: in its last checkpoint; of an imported run in a file with parameters and outcome
 * alone (there is nothing to go on from); of a fork before its first checkpoint in what it began from.
 *
 * Each start of a trainer on a run is an attempt with a folder of its own, `attempt-<n>` (docs/adr/0013): the highest number is
 * the current one, and only its checkpoint is ever read.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKPOINT_FILE, ORIGIN_FILE } from '../shared/checkpoint.ts';

export const IMPORTED_FILE = 'parameters.safetensors';

const ATTEMPT = /^attempt-([1-9]\d{0,8})$/;

/** Numbers of the attempts in the run's folder, the current one first. */
export function attemptsIn(folder: string): readonly number[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => ATTEMPT.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a);
}

export function attemptFolder(folder: string, number: number): string {
  return join(folder, `attempt-${number}`);
}

/** Where the run's checkpoint is, if it has one: in the folder of its current attempt; in its own in data folders of old. */
export function checkpointPath(folder: string): string {
  const [current] = attemptsIn(folder);
  return join(current === undefined ? folder : attemptFolder(folder, current), CHECKPOINT_FILE);
}

/** The file that has the parameters of the run in `folder`; undefined before the first checkpoint. */
export function parameterFile(folder: string): string | undefined {
  return [checkpointPath(folder), join(folder, IMPORTED_FILE), join(folder, ORIGIN_FILE)].find(existsSync);
}

/**
 * What `read` makes of that file. Another process may begin the run's next attempt meanwhile, which moves the checkpoint: then
 * it is read where it is now.
 */
export function readParameterFile<T>(folder: string, read: (path: string) => T): T | undefined {
  for (;;) {
    const path = parameterFile(folder);
    if (path === undefined) return undefined;
    try {
      return read(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parameterFile(folder) === path) throw error;
    }
  }
}
