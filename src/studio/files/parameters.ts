/** Parameters of a run in its folder as run files have them, and the file that an imported run has of them. */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../node/digest.ts';
import { IMPORTED_FILE, readParameterFile } from '../../node/run-folder.ts';
import { isOf, tensorName, tensorsOf } from '../../shared/checkpoint.ts';
import { AppError } from '../../shared/errors.ts';
import { encodeSafetensorsHeader, splitSafetensors } from '../../shared/safetensors.ts';
import type { FileTensor } from './content-digest.ts';

/** Whether the run came as a file, which has parameters and nothing to go on from. */
export function isImported(folder: string): boolean {
  return existsSync(join(folder, IMPORTED_FILE));
}

/**
 * Parameters by name, and the outcome's tensors with `outcome/` before theirs: as a run file has them. None before the first
 * checkpoint.
 * @throws AppError validation if the file is damaged
 */
export function readFileTensors(folder: string): readonly FileTensor[] {
  const tensors = readParameterFile(folder, (path) => {
    const found = splitSafetensors(readFileSync(path), path, sha256).tensors;
    const outcome = found.filter((tensor) => isOf('outcome', tensor));
    return [...tensorsOf('parameter', found), ...outcome].map(({ name, shape, type, bytes }) => {
      if (type === 'F32') return { name, shape, bytes };
      throw new AppError(
        'validation',
        `${path}: tensor ${name} holds doubles, but run files have 32-bit floats; the file was not written by the studio`,
      );
    });
  });
  return tensors ?? [];
}

/**
 * The parameters of a run file as the file that a run's folder has of them. One tensor at a time is in memory.
 * @param declared what comes, in the order of `tensors`
 * @param tensors as `readFileTensors` gives them
 */
export function writeImportedParameters(
  folder: string,
  declared: readonly Omit<FileTensor, 'bytes'>[],
  tensors: Iterable<FileTensor>,
): void {
  const named = declared.map(({ name, shape }) => ({ name: storedName(name), shape, type: 'F32' as const }));
  const header = (digest: string) => encodeSafetensorsHeader(named, { sha256: digest });
  const descriptor = openSync(join(folder, IMPORTED_FILE), 'wx', 0o600);
  try {
    writeAll(descriptor, header('0'.repeat(64)));
    const hash = createHash('sha256');
    for (const { bytes } of tensors) {
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
