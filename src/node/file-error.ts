/** What failed calls on files mean. */
import { statfsSync } from 'node:fs';
import { AppError } from '../shared/errors.ts';

/** Bytes: with less free space, an error that does not say why is taken to be a full disk. */
const NEARLY_FULL = 4 * 2 ** 20;

/** A full disk, or a full quota: a state that passes. */
export function isDiskFull(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** @param bytes below which the disk of the folder is nearly full */
export function isNearlyFull(folder: string, bytes = NEARLY_FULL): boolean {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < bytes;
}

/** What a failed system call means; other errors are returned as they are. */
export function fromFileError(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (error instanceof AppError || typeof code !== 'string' || !('syscall' in (error as Error))) return error;
  const options = { path, cause: error };
  if (isDiskFull(error)) {
    return new AppError(
      'disk-full',
      `the disk is full: ${path} was not written; free some space and try again`,
      options,
    );
  }
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new AppError(
      'not-found',
      `${path} does not exist, or its folder does not; check the name`,
      options,
    );
  }
  const remedy = code === 'EIO' ? 'the disk' : 'the permissions of the file and its folder';
  return new AppError('external', `${path}: ${(error as Error).message}; check ${remedy}`, options);
}
