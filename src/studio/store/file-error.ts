import { AppError } from '../../shared/errors.ts';

/** What a failed system call means; other errors are returned as they are. */
export function fromFileError(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (error instanceof AppError || typeof code !== 'string' || !('syscall' in (error as Error))) return error;
  const options = { path, cause: error };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
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
