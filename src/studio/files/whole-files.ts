/** Several files of one folder that appear together, when all of them are written. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fromFileError } from '../../node/file-error.ts';
import { discard, publish, temporaryNameFor } from '../../node/atomic-file.ts';

/**
 * Makes the folder, has `write` write every file under a name of its own there, and gives them their names, each in the place of an
 * older one. If `write` throws, none appears.
 * @param write gets the paths to write to, in the order of `names`
 * @returns paths of the files
 * @throws AppError `disk-full`, `not-found`, `external`; what `write` throws
 */
export async function writeWholeFiles(
  folder: string,
  names: readonly string[],
  write: (paths: readonly string[]) => Promise<void>,
): Promise<readonly string[]> {
  const files = names.map((name) => {
    const path = join(folder, name);
    return { path, temporary: temporaryNameFor(path) };
  });
  try {
    mkdirSync(folder, { recursive: true });
    await write(files.map(({ temporary }) => temporary));
    for (const { temporary, path } of files) publish(temporary, path);
    return files.map(({ path }) => path);
  } catch (error) {
    throw fromFileError(error, folder);
  } finally {
    for (const { temporary } of files) discard(temporary);
  }
}
