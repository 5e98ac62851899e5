/** Parameters of a run in its folder as run files have them, and the file that an imported run has of them. */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { IMPORTED_FILE, readTrained } from '../../node/run-folder.ts';
import { isOf, tensorName } from '../../shared/checkpoint.ts';
import { encodeSafetensorsHeader } from '../../shared/safetensors.ts';
import { toBlob } from '../store/columns.ts';
import type { NamedTensor } from './content-digest.ts';

/** Whether the run came as a file, which has parameters and nothing to go on from. */
export function isImported(folder: string): boolean {
  return existsSync(join(folder, IMPORTED_FILE));
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
