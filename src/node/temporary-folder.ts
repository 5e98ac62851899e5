/** Files for a moment, in the folder that the system (or TMPDIR) has for them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../shared/errors.ts';
import { isDiskFull, isNearlyFull } from './file-error.ts';

/**
 * @param use gets a folder of its own, which is removed afterwards
 * @throws AppError disk-full if the folder cannot be made, or is full, or is not there any more: nothing can be kept here for a moment
 */
export async function inTemporaryFolder<T>(prefix: string, use: (folder: string) => Promise<T>): Promise<T> {
  const parent = tmpdir();
  const folder = await mkdtemp(join(parent, prefix)).catch((error: unknown) => {
    throw noRoom(parent, error);
  });
  try {
    return await use(folder);
  } catch (error) {
    throw isAbout(folder, error) ? noRoom(parent, error) : error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A failed call on a file in the folder, or what was made of one. */
function isAbout(folder: string, error: unknown): boolean {
  const cause = error instanceof AppError ? error.cause : error;
  if (!(cause instanceof Error) || !('code' in cause)) return false;
  const full = isDiskFull(cause) || cause.code === 'SQLITE_FULL';
  const path = error instanceof AppError ? error.path : (cause as NodeJS.ErrnoException).path;
  // A write to an open file names no path.
  return full && (path === undefined ? isNearlyFull(folder) : path.startsWith(folder));
}

function noRoom(parent: string, error: unknown): AppError {
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError(
    'disk-full',
    `the folder for temporary files, ${parent}, cannot be written to (${reason}); free some space there, or start the studio with TMPDIR set to another folder`,
    { path: parent, cause: error },
  );
}
