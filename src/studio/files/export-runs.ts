/** Runs as files in a folder: a run file each, and CSV of them all. */
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { ReadableStore, Series } from '../store/types.ts';
import { fromFileError } from '../../node/file-error.ts';
import { exportCsv } from './csv.ts';
import { readFileTensors } from './parameters.ts';
import { writeRunFile } from './run-file.ts';

export type ExportFormat = 'gsrun' | 'csv';

/** @returns names of the files in `folder`; each is written whole or not at all */
export async function exportRuns(
  store: ReadableStore,
  dataDir: string,
  runIds: readonly string[],
  folder: string,
  formats: readonly ExportFormat[],
): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw fromFileError(error, folder);
  }
  if (formats.includes('gsrun')) {
    for (const id of runIds) {
      const run = store.run(id);
      const comparison = run === undefined ? undefined : store.comparison(run.comparison);
      if (run === undefined || comparison === undefined)
        throw new AppError('not-found', `there is no run ${id}`);
      const series = store.series(id).map(({ name }): [string, Series] => [name, store.readSeries(id, name)]);
      const name = `${id}.gsrun`;
      writeRunFile(join(folder, name), {
        run,
        comparison,
        series: Object.fromEntries(series),
        parameters: readFileTensors(join(dataDir, 'runs', id)),
        pictures: store.keptPictures(id),
      });
      names.push(name);
    }
  }
  if (formats.includes('csv')) {
    const written = await exportCsv(store, runIds, folder);
    names.push(basename(written.series), basename(written.runs));
  }
  return names;
}
