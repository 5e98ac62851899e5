/** The beginning of a file, unpacked where gzip packed it: a few bytes that unpack to 10 GB cost no more than what is wanted. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '../shared/errors.ts';

const GZIP_MAGIC = 0x1f8b;
/** Bytes from which a reader tells how many it wants. */
const START_BYTES = 64;

/**
 * @param shown the path as the user wrote it
 * @param most told the first bytes, says how many are wanted at most
 * @throws AppError validation, where what gzip packed is damaged or cut short
 */
export async function readBeginning(
  path: string,
  shown: string,
  most: (start: Uint8Array) => number,
): Promise<Uint8Array> {
  const packed = await isGzip(path);
  const file = createReadStream(path);
  const content: Readable = packed ? file.pipe(createGunzip()) : file;
  // An error of the file does not reach the end of the pipe by itself.
  if (packed) file.once('error', (error) => content.destroy(error));
  const chunks: Buffer[] = [];
  let read = 0;
  let wanted: number | undefined;
  try {
    for await (const chunk of content) {
      chunks.push(chunk as Buffer);
      read += (chunk as Buffer).length;
      if (wanted === undefined && read >= START_BYTES)
        wanted = most(Buffer.concat(chunks).subarray(0, START_BYTES));
      if (wanted !== undefined && read >= wanted) break;
    }
  } catch (cause) {
    if (!isZlibError(cause)) throw cause;
    throw new AppError(
      'validation',
      `${shown}: expected a complete gzip file, found one that is damaged or cut short after ${read} unpacked bytes; download it again.`,
      { cause },
    );
  } finally {
    content.destroy();
    file.destroy();
  }
  const all = Buffer.concat(chunks);
  return all.subarray(0, wanted ?? most(all.subarray(0, START_BYTES)));
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.readUInt16BE(0) === GZIP_MAGIC;
  } finally {
    await file.close();
  }
}

/** Its codes are Z_DATA_ERROR, Z_BUF_ERROR and the like. */
function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
