/** The last steps of an import: the run as it is stored, its folder put in its place, and what ends it before. */
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fromFileError } from '../node/file-error.ts';
import { AppError } from '../shared/errors.ts';
import { pendingStates, type RunRecord } from '../shared/run.ts';
import { syncFolder } from '../node/atomic-file.ts';
import { runFileLimits } from './files/run-file-format.ts';
import { folderWithin } from './store/data-folder-lock.ts';

/** Without a pause: nobody sees the one without the other. */
export function putInPlace(
  run: RunRecord,
  dataDir: string,
  folder: string,
  adopt: (run: RunRecord) => void,
): RunRecord {
  const made = join(folder, 'run');
  const place = join(dataDir, 'runs', run.id);
  try {
    const runs = folderWithin(dataDir, 'runs');
    // Of a run that is not in the store: what was left when one was removed, or an import was cut short. It goes with this
    // import's own folder.
    if (existsSync(place)) renameSync(place, join(folder, 'left'));
    renameSync(made, place);
    syncFolder(runs);
  } catch (error) {
    throw fromFileError(error, place);
  }
  try {
    adopt(run);
  } catch (error) {
    renameSync(place, made);
    throw error;
  }
  return run;
}

/** A pending state ended with the machine that it was live on. */
export function settled(run: RunRecord): RunRecord {
  const ended = pendingStates.includes(run.state)
    ? { state: 'interrupted' as const, reason: 'exported before it had ended' }
    : {};
  return { ...run, ...ended, archivedAt: null };
}

export function cancelled(): AppError {
  return new AppError('cancelled', 'the import was cancelled; nothing of it is kept');
}

/** Passes bytes on until there are too many. */
export async function* limited(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const most = runFileLimits.bytes;
  let taken = 0;
  for await (const chunk of chunks) {
    taken += chunk.length;
    if (taken > most)
      throw new AppError('validation', `the file has more than the ${most} bytes that a run file may have`);
    yield chunk;
  }
}
