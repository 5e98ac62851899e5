/** Input files that a page sent or a comparison uses: in the data folder, one of a content, under a name that says which. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../node/atomic-file.ts';
import { sha256 } from '../node/digest.ts';
import { fromFileError } from '../node/file-error.ts';

const FOLDER = 'inputs';

/** @returns where it is now. @throws AppError `disk-full`, or `precondition` if the folder cannot be written to */
export async function keepInput(
  dataDir: string,
  { name, content }: { readonly name: string; readonly content: string | Uint8Array },
): Promise<string> {
  const digest = sha256(content).slice(0, 16);
  // Letters, digits, dots and dashes of its name: safe on every file system, and still recognised.
  const plain = name.normalize('NFKD').replace(/[^A-Za-z0-9._-]+/g, '-');
  const path = join(dataDir, FOLDER, `${digest}-${plain.slice(-80)}`);
  try {
    await mkdir(join(dataDir, FOLDER), { recursive: true });
    await writeFileAtomic(path, typeof content === 'string' ? content : Buffer.from(content));
  } catch (error) {
    throw fromFileError(error, path);
  }
  return path;
}
