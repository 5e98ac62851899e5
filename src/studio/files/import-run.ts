/** A run file's content into the data folder: all of it, or nothing. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { RunRecord } from '../../shared/run.ts';
import type { Store } from '../store/types.ts';
import { writeImportedParameters } from './parameters.ts';
import { readRunFile } from './run-file.ts';

/** @throws AppError validation if the file is not a whole run file, conflict if the run is already here */
export async function importRunFile(store: Store, dataDir: string, path: string): Promise<RunRecord> {
  const { run, comparison, series, parameters } = readRunFile(path);
  if (store.run(run.id) !== undefined) {
    throw new AppError(
      'conflict',
      `${path}: run ${run.id} is already in this data folder; nothing was imported`,
    );
  }
  const folder = join(dataDir, 'runs', run.id);
  await writeImportedParameters(folder, parameters);
  // A live state ended with the machine that it was live on.
  const live = run.state === 'running' || run.state === 'paused' || run.state === 'queued';
  const imported: RunRecord = {
    ...run,
    ...(live ? { state: 'interrupted', reason: 'exported before it had ended' } : {}),
    archivedAt: null,
  };
  try {
    store.insertRun(imported, comparison, series);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return imported;
}
