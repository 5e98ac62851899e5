/** The point of a run that forks of it begin from: its last checkpoint, or the parameters that it ended with. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../node/digest.ts';
import { loopOf, type LoopState } from '../../shared/checkpoint.ts';
import { AppError } from '../../shared/errors.ts';
import type { RunRecord } from '../../shared/run.ts';
import { decodeHeader, headerEndOf, splitSafetensors, type TensorBytes } from '../../shared/safetensors.ts';
import { readParameterFile } from '../../node/run-folder.ts';

export interface ForkPoint {
  readonly run: RunRecord;
  /** Null: the run has no checkpoint, only parameters. */
  readonly loop: LoopState | null;
  readonly step: number;
  readonly tensors: readonly TensorBytes[];
}

/** @throws AppError precondition if the run has no parameters yet */
export function readForkPoint(dataDir: string, run: RunRecord): ForkPoint {
  const { tensors, loop } = readFrom(dataDir, run, (path) => {
    const found = splitSafetensors(readFileSync(path), path, sha256);
    return { tensors: found.tensors, loop: loopIn(found.metadata, path, run.id) };
  });
  return { run, loop, step: loop?.step ?? run.step, tensors };
}

/** The step of that point, without reading its tensors. @throws as `readForkPoint` */
export function forkStep(dataDir: string, run: RunRecord): number {
  return readFrom(dataDir, run, (path) => {
    const descriptor = openSync(path, 'r');
    try {
      const start = Buffer.alloc(8);
      readSync(descriptor, start, 0, start.length, 0);
      const header = Buffer.alloc(headerEndOf(start, path));
      readSync(descriptor, header, 0, header.length, 0);
      return loopIn(decodeHeader(header, path).metadata, path, run.id)?.step ?? run.step;
    } finally {
      closeSync(descriptor);
    }
  });
}

function loopIn(metadata: Readonly<Record<string, string>>, path: string, run: string): LoopState | null {
  return metadata['loop'] === undefined ? null : loopOf(metadata, path, run);
}

function readFrom<T>(dataDir: string, { id }: RunRecord, read: (path: string) => T): T {
  const found = readParameterFile(join(dataDir, 'runs', id), read);
  if (found !== undefined) return found;
  throw new AppError(
    'precondition',
    `run ${id} has no parameters to continue from; wait for its first checkpoint`,
    { path: 'from' },
  );
}
