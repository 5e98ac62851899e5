/** What failed calls on files mean. */
import { statfsSync } from 'node:fs';
import { constants } from 'node:os';
import { AppError } from '../shared/errors.ts';

/** Bytes: with less free space, an error that does not say why is taken to be a full disk. */
const NEARLY_FULL = 4 * 2 ** 20;

const names: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.errno).map(([name, number]) => [number, name]),
);

/**
 * Name of the error of a system call, such as ENOSPC. Node has none for some of those that network file systems give: it calls a full quota
 * (EDQUOT) and a file whose server has forgotten it (ESTALE) an "Unknown system error" with a number.
 * @returns undefined: it has none
 */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  const { code, errno } = error as NodeJS.ErrnoException;
  return (code!.startsWith('Unknown system error') ? names.get(-(errno ?? 0)) : undefined) ?? code;
}

/** A full disk, or a full quota: a state that passes. */
export function isDiskFull(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** What a network file system says while its server is away, or has another idea of a file than we have. */
const AWAY: ReadonlySet<string | undefined> = new Set([
  'ESTALE',
  'EIO',
  'ETIMEDOUT',
  'EHOSTDOWN',
  'ENOTCONN',
  'EAGAIN',
]);

/** Whether the same call may succeed later: the disk is full, or a network file system is away. */
export function isPassing(error: unknown): boolean {
  if (error instanceof AppError) return error.kind === 'disk-full' || isPassing(error.cause);
  return isDiskFull(error) || AWAY.has(errorCode(error));
}

/** @param bytes below which the disk of the folder is nearly full */
export function isNearlyFull(folder: string, bytes = NEARLY_FULL): boolean {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < bytes;
}

/** What a failed system call means; other errors are returned as they are. */
export function fromFileError(error: unknown, path: string): unknown {
  const code = errorCode(error);
  if (error instanceof AppError || code === undefined || !('syscall' in (error as Error))) return error;
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
  const remedy = AWAY.has(code) ? 'the disk' : 'the permissions of the file and its folder';
  const message = (error as Error).message.replace(/^Unknown system error -?\d+/, code);
  return new AppError('external', `${path}: ${message}; check ${remedy}`, options);
}
