/** Files and folders of other programs as run files, told apart by what they hold. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { ForeignOptions } from '../../../shared/foreign-columns.ts';
import { ForeignRuns, foreignLimits } from './foreign-run.ts';
import { beginsAsEvents } from './read-events.ts';
import { bytesOf, readEventRun, readFolderRuns } from './read-folder.ts';
import { readCsvRuns, readJsonLinesRuns, readParquetRuns } from './read-tables.ts';
import { TableRuns } from './table-runs.ts';
import { writeForeignRuns, type MadeFile } from './to-run-files.ts';

export type ForeignKind = 'csv' | 'jsonl' | 'parquet' | 'tensorboard';

/** Names that every program gives: the folder says more. */
const GENERAL = /^(series|runs?|metrics?|history|scalars|progress|results?|data|log|events)$/i;

/** @param start of a file that is no run file */
function kindOf(start: Buffer): ForeignKind {
  if (start.toString('latin1', 0, 4) === 'PAR1') return 'parquet';
  if (beginsAsEvents(start)) return 'tensorboard';
  return /^\uFEFF?\s*\{/.test(start.toString('utf8', 0, 256)) ? 'jsonl' : 'csv';
}

/**
 * @param name what the source is called where it comes from
 * @param folder an empty one, for the run files
 * @throws AppError validation in one sentence; an error of the file system
 */
export async function convertForeign(
  path: string,
  name: string,
  folder: string,
  options: ForeignOptions,
  progress: (share: number) => void,
): Promise<readonly MadeFile[]> {
  const stem = basename(name).replace(/\.[^.]*$/, '');
  if (statSync(path).isDirectory()) {
    const { kind, runs } = readFolderRuns(path, progress);
    return writeForeignRuns(runs, { madeIn: kind, group: basename(path), folder, source: path, options });
  }
  const kind = kindOf(startOf(path));
  // Parquet is read group by group, the others whole.
  if (kind !== 'parquet' && statSync(path).size > foreignLimits.bytes) bytesOf(path);
  const above = basename(dirname(name));
  const group =
    kind === 'tensorboard' ? above || 'events' : GENERAL.test(stem) && above !== '' ? above : stem || 'runs';
  const given = { madeIn: kind, group, folder, source: path, options };
  if (kind === 'tensorboard') {
    const found = new ForeignRuns(path);
    readEventRun(path, found.run(group), found);
    return writeForeignRuns(found.runs, given);
  }
  const into = new TableRuns(path, stem, options);
  if (kind === 'csv') await readCsvRuns(path, into, progress);
  else if (kind === 'jsonl') readJsonLinesRuns(path, into, progress);
  else await readParquetRuns(path, into, progress);
  return writeForeignRuns(into.runs, given);
}

function startOf(path: string): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    const start = Buffer.alloc(4096);
    const read = readSync(descriptor, start, 0, start.length, 0);
    if (read === 0)
      throw new AppError('validation', `${path}: expected runs, found an empty file; choose another file.`);
    return start.subarray(0, read);
  } finally {
    closeSync(descriptor);
  }
}
