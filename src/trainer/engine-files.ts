/** Files as the engine may read them: regular text files up to a limit, and the sample data that come with the studio. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../shared/errors.ts';

const LIMIT_BYTES = 64 * 2 ** 20;
const SAMPLE = 'sample:';

/** `sample:name` is a folder of resources/bidders; anything else a path of the user's. */
function resolveInput(path: string): string {
  if (!path.startsWith(SAMPLE)) return resolve(path);
  const name = path.slice(SAMPLE.length);
  if (!/^[a-z0-9-]+$/.test(name)) {
    throw new AppError('validation', `${path}: a sample's name has only letters, digits and hyphens`);
  }
  return fileURLToPath(new URL(`../../resources/bidders/${name}`, import.meta.url));
}

async function inspect(path: string, shown: string) {
  try {
    return await stat(path);
  } catch (error) {
    throw new AppError('not-found', `${shown}: no such file or folder; check the path`, { cause: error });
  }
}

export async function listFiles(path: string): Promise<readonly string[]> {
  const real = resolveInput(path);
  const info = await inspect(real, path);
  if (!info.isDirectory()) return [real];
  const entries = await readdir(real, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
  if (files.length === 0) throw new AppError('validation', `${path}: the folder has no files to read`);
  return files.map((entry) => join(real, entry.name)).sort();
}

/** A regular file below the limit, whole. */
export async function readBytes(path: string): Promise<Uint8Array> {
  const info = await inspect(path, path);
  if (!info.isFile()) throw new AppError('validation', `${path}: expected a regular file`);
  if (info.size > LIMIT_BYTES) {
    const size = Math.round(info.size / 2 ** 20);
    throw new AppError(
      'validation',
      `${path}: the file has ${size} MiB, the limit is 64 MiB; split it into a folder of files`,
    );
  }
  return readFile(path);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export async function readText(path: string): Promise<string> {
  const bytes = await readBytes(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new AppError('validation', `${path}: expected a text file, found binary data`, { cause: error });
  }
}
