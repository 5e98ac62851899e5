/** Files as the engine may read them: regular text files up to a limit, and the sample data that come with the studio. */
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Wanted } from '../engine/core/engine-host.ts';
import { placeOf } from '../node/input-places.ts';
import { samplePath } from '../node/samples.ts';
import { readBeginning } from './read-beginning.ts';
import { decodeText } from '../shared/decode-text.ts';
import { AppError } from '../shared/errors.ts';
import { sha256 } from '../node/digest.ts';
import { sampleName } from '../shared/reference.ts';

const LIMIT_BYTES = 64 * 2 ** 20;
/** Of a file that is read piece by piece. */
const CHUNK_BYTES = 2 ** 19;
/** What a file begins with is looked at, to tell whether it belongs to those asked for. */
const START_BYTES = 64 * 2 ** 10;

/** A sample of that kind; anything else is a path of the user's, or where its copy is. */
function resolveInput(path: string, samples: string | undefined): string {
  const sample = sampleName(path);
  return sample === undefined ? placeOf(resolve(path)) : samplePath(samples, sample);
}

async function inspect(path: string, shown: string) {
  try {
    return await stat(path);
  } catch (error) {
    throw new AppError('not-found', `${shown}: no such file or folder; check the path`, { cause: error });
  }
}

async function listFiles(path: string, { samples, belongs }: Wanted = {}): Promise<readonly string[]> {
  const real = resolveInput(path, samples);
  const info = await inspect(real, path);
  if (!info.isDirectory()) return [real];
  const names = (await readdir(real)).filter((name) => !name.startsWith('.')).sort();
  const files: string[] = [];
  for (const name of names) {
    const file = join(real, name);
    // Links count as what they lead to; one that leads nowhere is no file.
    const target = await stat(file).catch(() => null);
    if (target?.isFile() === true && (belongs === undefined || belongs(await readStart(file))))
      files.push(file);
  }
  if (files.length === 0 && belongs === undefined) {
    throw new AppError('validation', `${path}: the folder has no files to read`);
  }
  return files;
}

/** The first characters of a file, each byte one of them: enough to tell what it is. */
async function readStart(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0);
    const start = buffer.subarray(0, bytesRead);
    return decodeText(start) ?? start.toString('latin1');
  } finally {
    await file.close();
  }
}

/** A regular file below the limit, whole; or the beginning of an image file, unpacked. */
async function readBytes(path: string, most?: (start: Uint8Array) => number): Promise<Uint8Array> {
  const place = placeOf(path);
  const info = await inspect(place, path);
  if (!info.isFile()) throw new AppError('validation', `${path}: expected a regular file`);
  if (most !== undefined) return readBeginning(place, path, most);
  if (info.size > LIMIT_BYTES) {
    const size = Math.round(info.size / 2 ** 20);
    throw new AppError(
      'validation',
      `${path}: the file has ${size} MiB, the limit is 64 MiB; split it into a folder of files`,
    );
  }
  return readFile(place);
}

/** A regular file of any size. */
async function* readChunks(path: string): AsyncIterable<Uint8Array> {
  const place = placeOf(path);
  const info = await inspect(place, path);
  if (!info.isFile()) throw new AppError('validation', `${path}: expected a regular file`);
  yield* createReadStream(place, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>;
}

async function readText(path: string): Promise<string> {
  const text = decodeText(await readBytes(path));
  if (text === null) throw new AppError('validation', `${path}: expected a text file, found binary data`);
  return text;
}

/** The files of the engine's host. */
export const engineFiles = { listFiles, readText, readBytes, readChunks, sha256 };
