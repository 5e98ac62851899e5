/**
 * Parameters of a run in its folder, and the outcome, what they stand for: in its last checkpoint, whose other tensors are the
 * training's own affair; of an imported run in a file of their own (there is nothing to go on from); of a fork before its first
 * checkpoint in what it began from.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { decodeSafetensors, encodeSafetensors } from '../../shared/safetensors.ts';
import { CHECKPOINT_FILE, ORIGIN_FILE } from '../../shared/checkpoint.ts';
import type { NamedTensor } from './content-digest.ts';

const PARAMETER = 'parameter/';
const OUTCOME = 'outcome/';
const IMPORTED_FILE = 'parameters.safetensors';

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The file in a run's folder that has its parameters; undefined before the first checkpoint. */
export function parameterFile(folder: string): string | undefined {
  return [CHECKPOINT_FILE, IMPORTED_FILE, ORIGIN_FILE].map((name) => join(folder, name)).find(existsSync);
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
  const path = parameterFile(folder);
  const tensors = path === undefined ? [] : decodeSafetensors(readFileSync(path), path, sha256).tensors;
  const under = (prefix: string) =>
    tensors
      .filter(({ name }) => name.startsWith(prefix))
      .map(({ name, shape, data }) => ({
        name: name.slice(prefix.length),
        shape,
        data: Float32Array.from(data),
      }));
  return { parameters: under(PARAMETER), outcome: under(OUTCOME) };
}

export function readParameters(folder: string): readonly NamedTensor[] {
  return readTrained(folder).parameters;
}

/** Parameters by name, and the outcome's tensors with `outcome/` before theirs: as a run file has them. */
export function readFileTensors(folder: string): readonly NamedTensor[] {
  const { parameters, outcome } = readTrained(folder);
  return [...parameters, ...outcome.map((tensor) => ({ ...tensor, name: `${OUTCOME}${tensor.name}` }))];
}

/** @param tensors as `readFileTensors` gives them */
export async function writeImportedParameters(
  folder: string,
  tensors: readonly NamedTensor[],
): Promise<void> {
  const named = tensors.map(({ name, shape, data }) => ({
    name: name.startsWith(OUTCOME) ? name : `${PARAMETER}${name}`,
    shape,
    data,
  }));
  mkdirSync(folder, { recursive: true });
  await writeFileAtomic(join(folder, IMPORTED_FILE), Buffer.from(encodeSafetensors(named, {}, sha256)));
}
