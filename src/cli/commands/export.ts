/** `export`: runs as run files, and as other programs read them. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { writeFileAtomic } from '../../node/atomic-file.ts';
import { reportFiles } from '../../shared/contract/http.ts';
import { exportFormats, exportRuns, type ExportFormat } from '../../studio/files/export-runs.ts';
import { exportNames } from '../../studio/catalog.ts';
import { writeExport } from '../../studio/exports.ts';
import { fromFileError } from '../../node/file-error.ts';
import { writeReport } from '../../studio/report/write.ts';
import type { ReadableStore, StoredRuns } from '../../studio/store/types.ts';
import { dataDirOf, findStoredRuns, noteDamaged, openExistingStore, type CommonOptions } from '../context.ts';
import { createOutput } from '../output.ts';

interface ExportOptions extends CommonOptions {
  /** One of `formats`, or of the exports of the runs' problem. */
  readonly format: string;
  readonly out: string;
}

const formats: readonly string[] = [...exportFormats, ...Object.keys(reportFiles)];

export function addExportCommand(program: Command): void {
  program
    .command('export')
    .argument('<ids...>', 'runs or comparisons')
    .option('--format <name>', [...formats, ...exportNames()].join(', '), parseFormat, 'csv')
    .option('--out <folder>', 'folder to write to', '.')
    .action((ids: string[], _own: unknown, command: Command) =>
      exportCommand(ids, command.optsWithGlobals<ExportOptions>()),
    );
}

function parseFormat(text: string): string {
  const known = [...formats, ...exportNames()];
  if (known.includes(text)) return text;
  throw new InvalidArgumentError(`expected one of ${known.join(', ')}`);
}

async function exportCommand(ids: readonly string[], options: ExportOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const folder = resolve(options.out);
  const store = openExistingStore(options);
  try {
    const found = findStoredRuns(store, ids);
    noteDamaged(output, found.damaged);
    const written = await writeAll(store, options, found, folder);
    output.result(written.map((name) => join(folder, name)).join('\n'), { folder, files: written });
  } finally {
    store.close();
  }
}

/** @returns names of files in the folder */
async function writeAll(
  store: ReadableStore,
  options: ExportOptions,
  { runs, damaged }: StoredRuns,
  folder: string,
): Promise<readonly string[]> {
  const { format } = options;
  const ids = runs.map(({ id }) => id);
  switch (format) {
    case 'latex':
    case 'html':
      return [
        await save(
          folder,
          reportFiles[format],
          await writeReport(store, [{ runs: [...ids, ...damaged.map(({ id }) => id)] }], format),
        ),
      ];
    default: {
      if (isExportFormat(format)) return exportRuns(store, dataDirOf(options), ids, folder, [format]);
      const written: string[] = [];
      for (const run of runs) written.push(await writeExport(run, format, dataDirOf(options), folder));
      return written;
    }
  }
}

function isExportFormat(format: string): format is ExportFormat {
  return exportFormats.some((known) => known === format);
}

async function save(folder: string, name: string, text: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFileAtomic(join(folder, name), text);
    return name;
  } catch (error) {
    throw fromFileError(error, folder);
  }
}
