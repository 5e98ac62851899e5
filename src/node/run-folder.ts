/**
 * What a run has come to, in its folder: its last checkpoint, whose parameters and outcome are read here; of an imported run a
 * file with these alone (there is nothing to go on from); of a fork before its first checkpoint what it began from.
 *
 * Each start of a trainer on a run is an attempt with a folder of its own, `attempt-<n>` (docs/adr/0013): the highest number is
 * the current one, and only its checkpoint is ever read.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKPOINT_FILE, ORIGIN_FILE, tensorsOf, type TensorOwner } from '../shared/checkpoint.ts';
import { decodeSafetensors } from '../shared/safetensors.ts';
import { sha256 } from './digest.ts';

export const IMPORTED_FILE = 'parameters.safetensors';

const ATTEMPT = /^attempt-([1-9]\d{0,8})$/;

interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

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

/**
 * Both lists empty before the first checkpoint; after the end of a run they are the final ones. The outcome is empty of a
 * problem that keeps none.
 */
export function readTrained(folder: string): {
  readonly parameters: readonly NamedTensor[];
  readonly outcome: readonly NamedTensor[];
  /** What the file says beside its tensors. */
  readonly metadata: Readonly<Record<string, string>>;
} {
  const { tensors, metadata } = readParameterFile(folder, (path) =>
    decodeSafetensors(readFileSync(path), path, sha256),
  ) ?? { tensors: [], metadata: {} };
  const under = (owner: TensorOwner) =>
    tensorsOf(owner, tensors).map(({ name, shape, data }) => ({
      name,
      shape,
      data: Float32Array.from(data),
    }));
  return { parameters: under('parameter'), outcome: under('outcome'), metadata };
}
