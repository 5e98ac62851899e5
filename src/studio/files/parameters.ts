/**
 * Parameters of a run in its folder: in its last checkpoint, whose other tensors are the training's own affair; of an imported
 * run in a file of their own (there is nothing to go on from); of a fork before its first checkpoint in what it began from.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { decodeSafetensors, encodeSafetensors } from '../../shared/safetensors.ts';
import { CHECKPOINT_FILE, ORIGIN_FILE } from '../../shared/checkpoint.ts';
import type { NamedTensor } from './content-digest.ts';

const PREFIX = 'parameter/';
const IMPORTED_FILE = 'parameters.safetensors';

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The file in a run's folder that has its parameters; undefined before the first checkpoint. */
export function parameterFile(folder: string): string | undefined {
  return [CHECKPOINT_FILE, IMPORTED_FILE, ORIGIN_FILE].map((name) => join(folder, name)).find(existsSync);
}

/** Empty before the first checkpoint. After the end of a run they are the final ones. */
export function readParameters(folder: string): readonly NamedTensor[] {
  const path = parameterFile(folder);
  if (path === undefined) return [];
  return decodeSafetensors(readFileSync(path), path, sha256)
    .tensors.filter(({ name }) => name.startsWith(PREFIX))
    .map(({ name, shape, data }) => ({
      name: name.slice(PREFIX.length),
      shape,
      data: Float32Array.from(data),
    }));
}

export async function writeImportedParameters(
  folder: string,
  parameters: readonly NamedTensor[],
): Promise<void> {
  const tensors = parameters.map(({ name, shape, data }) => ({ name: `${PREFIX}${name}`, shape, data }));
  mkdirSync(folder, { recursive: true });
  await writeFileAtomic(join(folder, IMPORTED_FILE), Buffer.from(encodeSafetensors(tensors, {}, sha256)));
}
