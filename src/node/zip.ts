/** A ZIP archive of files, written to the disk part by part: nothing has to fit into memory. */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/**
 * @param names of files in `folder`, as they are in the archive
 * @throws what reading or writing a file throws
 */
export async function zipFiles(folder: string, names: readonly string[], archive: string): Promise<void> {
  const zip = new ZipFile();
  const failed = new Promise<never>((_, reject) => zip.on('error', reject));
  for (const name of names) zip.addFile(join(folder, name), name.replaceAll('\\', '/'));
  zip.end();
  await Promise.race([pipeline(zip.outputStream, createWriteStream(archive, { mode: 0o600 })), failed]);
}
