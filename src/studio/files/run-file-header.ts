/** The first 100 bytes of a run file, looked at before SQLite sees it (format: sqlite.org/fileformat2.html, section 1.3). */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { fromFileError } from '../../node/file-error.ts';
import { runFileApplicationId, runFileLimits, runFileVersion } from './run-file-format.ts';

const magic = 'SQLite format 3\0';
const headerLength = 100;
const rollbackJournal = 1;
const utf8 = 1;

/**
 * Whether it is a file that can only be a run file: one of SQLite, or nothing at all. False of a folder.
 * @throws AppError not-found, external
 */
export function beginsAsDatabase(path: string): boolean {
  const descriptor = opened(path);
  try {
    if (fstatSync(descriptor).isDirectory()) return false;
    const header = Buffer.alloc(magic.length);
    const read = readSync(descriptor, header, 0, magic.length, 0);
    return header.toString('latin1', 0, read) === magic.slice(0, read);
  } finally {
    closeSync(descriptor);
  }
}

function opened(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw fromFileError(error, path);
  }
}

export interface FileIdentity {
  readonly inode: number;
  readonly size: number;
  readonly modifiedMs: number;
}

/** Throws Error with the reason if the file is none of ours; returns what to recognise it by later. */
export function checkHeader(path: string): FileIdentity {
  // Without O_NONBLOCK, opening a FIFO waits for a writer (Windows has neither).
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw new Error('it is not a regular file');
    if (stat.size > runFileLimits.bytes) {
      throw new Error(
        `it has ${stat.size} bytes, more than the ${runFileLimits.bytes} that a run file may have`,
      );
    }
    const header = Buffer.alloc(headerLength);
    const read = readSync(descriptor, header, 0, headerLength, 0);
    if (header.toString('latin1', 0, Math.min(read, magic.length)) !== magic.slice(0, read) || read === 0) {
      throw new Error('it is not a run file');
    }
    if (read < headerLength) throw new Error(`it is truncated after ${read} bytes`);
    checkFields(header, stat.size);
    return { inode: stat.ino, size: stat.size, modifiedMs: stat.mtimeMs };
  } finally {
    closeSync(descriptor);
  }
}

function checkFields(header: Buffer, size: number): void {
  if (header.readUInt32BE(68) !== runFileApplicationId) {
    throw new Error('it is a database of another program, not a run file');
  }
  const version = header.readUInt32BE(60);
  const { plain, withPictures: newest } = runFileVersion;
  if (version > newest) {
    throw new Error(
      `it was written by a newer gumbel-studio (format ${version}; this one knows up to ${newest}); update gumbel-studio`,
    );
  }
  if (version < plain) throw new Error(`its format version ${version} does not exist`);
  if (header[18] !== rollbackJournal || header[19] !== rollbackJournal || header.readUInt32BE(56) !== utf8) {
    throw new Error('it is not a finished run file (journal mode or encoding)');
  }
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  const expected = pageSize * header.readUInt32BE(28);
  if (size < expected) throw new Error(`it is truncated: ${size} of ${expected} bytes`);
  if (size > expected) throw new Error(`it is damaged: ${size} bytes instead of ${expected}`);
}
