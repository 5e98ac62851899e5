/** Runs as files in a folder: a run file each, and what other programs read, of them all. */
import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { ReadableStore, Series } from '../store/types.ts';
import { fromFileError } from '../../node/file-error.ts';
import { exportCsv } from './csv.ts';
import { exportEventFiles } from './event-files.ts';
import { exportJsonLines } from './json-lines.ts';
import { exportParquet } from './parquet.ts';
import { readFileTensors } from './parameters.ts';
import { writeRunFile } from './run-file.ts';

/** `tensorboard`: event files, in a folder of each run. */
export const exportFormats = ['csv', 'gsrun', 'parquet', 'jsonl', 'tensorboard'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Formats that other programs read. @returns paths of the files */
const tables: Readonly<
  Record<
    Exclude<ExportFormat, 'gsrun'>,
    (store: ReadableStore, runIds: readonly string[], folder: string) => Promise<readonly string[]>
  >
> = {
  csv: async (...asked) => {
    const { series, runs } = await exportCsv(...asked);
    return [series, runs];
  },
  parquet: exportParquet,
  jsonl: exportJsonLines,
  tensorboard: exportEventFiles,
};

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
  for (const format of formats) {
    if (format === 'gsrun') continue;
    const files = await tables[format](store, runIds, folder);
    names.push(...files.map((file) => relative(folder, file)));
  }
  return names;
}
