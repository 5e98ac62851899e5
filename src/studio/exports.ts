/** What a run trained as files of other programs. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../node/atomic-file.ts';
import type { RunRecord } from '../shared/run.ts';
import { exportExtension } from './catalog.ts';
import { sourceOf } from './find-run.ts';
import { ask } from './jobs/ask.ts';
import { fromFileError } from '../node/file-error.ts';

/**
 * @param name of one of the exports of the run's problem
 * @returns name of the file in `folder`
 * @throws AppError not-found if the problem has no such export
 */
export async function writeExport(
  run: RunRecord,
  name: string,
  dataDir: string,
  folder: string,
): Promise<string> {
  const file = `${run.id}.${name}.${exportExtension(run.spec.problem, name)}`;
  const content = await ask('export', { run: sourceOf(run, dataDir), name });
  try {
    await mkdir(folder, { recursive: true });
    await writeFileAtomic(join(folder, file), typeof content === 'string' ? content : Buffer.from(content));
  } catch (error) {
    throw fromFileError(error, join(folder, file));
  }
  return file;
}
