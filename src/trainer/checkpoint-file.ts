/**
 * A run's checkpoint on disk: one safetensors file, replaced atomically (temporary file, fsync, rename), so that the last
 * good one survives whatever happens. It also carries the points and kept pictures that the studio has not acknowledged, so that a
 * resumed run has no hole.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../node/atomic-file.ts';
import { z } from 'zod';
import { sha256 } from '../node/digest.ts';
import { errorCode, isDiskFull, isPassing } from '../node/file-error.ts';
import { AppError } from '../shared/errors.ts';
import { CHECKPOINT_FILE, checkpointMetadata, loopOf, ORIGIN_FILE } from '../shared/checkpoint.ts';
import { keptPictureSchema, type KeptPicture } from '../shared/pictures/kept.ts';
import type { Points } from '../shared/training-session.ts';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../engine/core/stored-tensor.ts';
import type { Checkpoint } from '../engine/training/checkpoint.ts';

export interface StoredCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly unacknowledged: readonly Points[];
  /** Likewise unacknowledged. */
  readonly pictures: readonly KeptPicture[];
}

/** Key of the metadata that the pictures are under, if there are any: JSON, their bytes in base64. */
const PICTURES = 'pictures';
const POINTS = /^points\/(\d+)\/([^/]+)\/(steps|values)$/;

/**
 * @param folder of the attempt; it is not made here: where it is gone, another attempt has begun
 * @param run whose attempt it is
 * @throws AppError disk-full, conflict if the folder is gone, external
 */
export async function writeCheckpoint(folder: string, run: string, stored: StoredCheckpoint): Promise<void> {
  const { loop, tensors } = stored.checkpoint;
  const points = stored.unacknowledged.flatMap(({ series, steps, values }, index): StoredTensor[] => [
    { name: `points/${index}/${series}/steps`, shape: [steps.length], data: steps },
    { name: `points/${index}/${series}/values`, shape: [values.length], data: values },
  ]);
  const metadata = {
    ...checkpointMetadata(loop, run),
    ...(stored.pictures.length > 0 && { [PICTURES]: picturesText(stored.pictures) }),
  };
  const bytes = encodeSafetensors([...tensors, ...points], metadata, sha256);
  const path = join(folder, CHECKPOINT_FILE);
  try {
    await writeFileAtomic(path, Buffer.from(bytes.buffer), { fsync: true });
  } catch (error) {
    throw diskError(error, path);
  }
}

/**
 * @returns undefined if the run has no checkpoint yet
 * @throws AppError validation if it is damaged, conflict if it is of another run
 */
export async function readCheckpoint(folder: string, run: string): Promise<StoredCheckpoint | undefined> {
  const path = join(folder, CHECKPOINT_FILE);
  return existsSync(path) ? readStored(path, run) : undefined;
}

/**
 * What a fork begins from.
 * @throws AppError precondition if it is not there
 */
export async function readOrigin(folder: string): Promise<Checkpoint> {
  const path = join(folder, ORIGIN_FILE);
  if (!existsSync(path)) {
    throw new AppError(
      'precondition',
      `${path} is missing: a fork can only begin in the data folder in which it was made; fork its parent again`,
    );
  }
  return (await readStored(path)).checkpoint;
}

async function readStored(path: string, run?: string): Promise<StoredCheckpoint> {
  const { tensors, metadata } = decodeSafetensors(await readFile(path), path, sha256);
  const loop = loopOf(metadata, path, run);
  const parts = new Map<string, { series: string; steps?: Float64Array; values?: Float64Array }>();
  const own = tensors.flatMap(({ name, shape, data }) => {
    const [, index, series, part] = POINTS.exec(name) ?? [];
    if (index === undefined || series === undefined || part === undefined) {
      return [{ name, shape, data: Float32Array.from(data) }];
    }
    const entry = parts.get(index) ?? { series };
    parts.set(index, { ...entry, [part]: Float64Array.from(data) });
    return [];
  });
  const unacknowledged = [...parts.values()].map(({ series, steps, values }) => {
    if (steps === undefined || values === undefined)
      throw new AppError('validation', `${path}: points of ${series} are incomplete`);
    return { series, steps, values };
  });
  return {
    checkpoint: { loop, tensors: own },
    unacknowledged,
    pictures: picturesIn(metadata[PICTURES], path),
  };
}

function picturesText(pictures: readonly KeptPicture[]): string {
  return JSON.stringify(
    pictures.map(({ name, step, content }) => ({
      name,
      step,
      content: Buffer.from(content).toString('base64'),
    })),
  );
}

function picturesIn(text: string | undefined, path: string): readonly KeptPicture[] {
  if (text === undefined) return [];
  const stored = z.array(keptPictureSchema.extend({ content: z.base64() })).safeParse(JSON.parse(text));
  if (!stored.success) throw new AppError('validation', `${path}: its pictures are malformed`);
  return stored.data.map((one) => ({ ...one, content: new Uint8Array(Buffer.from(one.content, 'base64')) }));
}

function diskError(error: unknown, path: string): AppError {
  const code = errorCode(error);
  if (isDiskFull(error)) {
    return new AppError(
      'disk-full',
      `the disk is full: ${path} cannot be written; free some space and the run continues`,
      { cause: error },
    );
  }
  if (code === 'ENOENT') {
    return new AppError(
      'conflict',
      `${path}: the checkpoint cannot be written, its folder is gone; another trainer has taken this run over, or the data folder was removed`,
      { cause: error },
    );
  }
  const then = isPassing(error) ? '; check the disk, the run continues once it can' : '';
  return new AppError(
    'external',
    `${path}: the checkpoint cannot be written (${code ?? String(error)})${then}`,
    { cause: error },
  );
}
