/**
 * Parameters of a run in its folder, and the outcome, what they stand for: in its last checkpoint, whose other tensors are the
 * training's own affair; of an imported run in a file of their own (there is nothing to go on from); of a fork before its first
 * checkpoint in what it began from.
 */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../node/digest.ts';
import { decodeSafetensors, encodeSafetensorsHeader } from '../../shared/safetensors.ts';
import { isOf, ORIGIN_FILE, tensorName, tensorsOf, type TensorOwner } from '../../shared/checkpoint.ts';
import { toBlob } from '../store/columns.ts';
import { checkpointPath } from './attempts.ts';
import type { NamedTensor } from './content-digest.ts';

const IMPORTED_FILE = 'parameters.safetensors';

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

/** Whether the run came as a file, which has parameters and nothing to go on from. */
export function isImported(folder: string): boolean {
  return existsSync(join(folder, IMPORTED_FILE));
}

/**
 * Both empty before the first checkpoint; after the end of a run they are the final ones. The outcome is empty of a problem
 * that keeps none.
 */
export function readTrained(folder: string): {
  readonly parameters: readonly NamedTensor[];
  readonly outcome: readonly NamedTensor[];
} {
  const tensors =
    readParameterFile(folder, (path) => decodeSafetensors(readFileSync(path), path, sha256).tensors) ?? [];
  const under = (owner: TensorOwner) =>
    tensorsOf(owner, tensors).map(({ name, shape, data }) => ({
      name,
      shape,
      data: Float32Array.from(data),
    }));
  return { parameters: under('parameter'), outcome: under('outcome') };
}

export function readParameters(folder: string): readonly NamedTensor[] {
  return readTrained(folder).parameters;
}

/** Parameters by name, and the outcome's tensors with `outcome/` before theirs: as a run file has them. */
export function readFileTensors(folder: string): readonly NamedTensor[] {
  const { parameters, outcome } = readTrained(folder);
  return [
    ...parameters,
    ...outcome.map((tensor) => ({ ...tensor, name: tensorName('outcome', tensor.name) })),
  ];
}

/**
 * The parameters of a run file as the file that a run's folder has of them. One tensor at a time is in memory.
 * @param declared what comes, in the order of `tensors`
 * @param tensors as `readFileTensors` gives them
 */
export function writeImportedParameters(
  folder: string,
  declared: readonly Omit<NamedTensor, 'data'>[],
  tensors: Iterable<NamedTensor>,
): void {
  const named = declared.map(({ name, shape }) => ({ name: storedName(name), shape, doubles: false }));
  const header = (digest: string) => encodeSafetensorsHeader(named, { sha256: digest });
  const descriptor = openSync(join(folder, IMPORTED_FILE), 'wx', 0o600);
  try {
    writeAll(descriptor, header('0'.repeat(64)));
    const hash = createHash('sha256');
    for (const { data } of tensors) {
      const bytes = toBlob(data);
      hash.update(bytes);
      writeAll(descriptor, bytes);
    }
    writeAll(descriptor, header(hash.digest('hex')), 0);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function storedName(name: string): string {
  return isOf('outcome', { name }) ? name : tensorName('parameter', name);
}

function writeAll(descriptor: number, bytes: Uint8Array, at?: number): void {
  for (let done = 0; done < bytes.length;) {
    const place = at === undefined ? null : at + done;
    done += writeSync(descriptor, bytes, done, bytes.length - done, place);
  }
}
