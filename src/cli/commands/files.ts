/** `export` and `import`: run files and CSV. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import writeFileAtomic from 'write-file-atomic';
import { reportFiles, type ReportFormat } from '../../shared/contract/http.ts';
import { exportRuns, type ExportFormat } from '../../studio/files/export-runs.ts';
import { importRunFile } from '../../studio/files/import-run.ts';
import { fromFileError } from '../../studio/store/file-error.ts';
import { writeReport } from '../../studio/report/write.ts';
import { createStudio } from '../../studio/studio.ts';
import { dataDirOf, findRuns, openExistingStore, type CommonOptions } from '../context.ts';
import { createOutput } from '../output.ts';

interface ExportOptions extends CommonOptions {
  readonly format: ExportFormat | ReportFormat;
  readonly out: string;
}

export function addFileCommands(program: Command): void {
  program
    .command('export')
    .description(
      'write runs as CSV (series.csv: a row a run and step; runs.csv: a row a run), as run files, or their comparison as a LaTeX table (table.tex) or one HTML page (report.html)',
    )
    .argument('<ids...>', 'runs or comparisons')
    .option('--format <name>', 'csv, gsrun, latex or html', parseFormat, 'csv')
    .option('--out <folder>', 'where to write', '.')
    .action((ids: string[], _own: unknown, command: Command) =>
      exportCommand(ids, command.optsWithGlobals<ExportOptions>()),
    );
  program
    .command('import')
    .description('add run files (.gsrun) of another machine or a cluster job to the data folder')
    .argument('<files...>', 'run files')
    .action((files: string[], _own: unknown, command: Command) =>
      importCommand(files, command.optsWithGlobals<CommonOptions>()),
    );
}

function parseFormat(text: string): ExportOptions['format'] {
  if (text === 'csv' || text === 'gsrun' || text === 'latex' || text === 'html') return text;
  throw new InvalidArgumentError('expected csv, gsrun, latex or html');
}

async function exportCommand(ids: readonly string[], options: ExportOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const folder = resolve(options.out);
  const store = openExistingStore(options);
  try {
    const runs = findRuns(store, ids).map(({ id }) => id);
    const { format } = options;
    const written =
      format === 'latex' || format === 'html'
        ? [await saveReport(folder, reportFiles[format], await writeReport(store, runs, format))]
        : await exportRuns(store, dataDirOf(options), runs, folder, [format]);
    output.result(written.map((name) => join(folder, name)).join('\n'), { folder, files: written });
  } finally {
    store.close();
  }
}

async function saveReport(folder: string, name: string, text: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFileAtomic(join(folder, name), text);
    return name;
  } catch (error) {
    throw fromFileError(error, folder);
  }
}

async function importCommand(files: readonly string[], options: CommonOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const studio = createStudio({ dataDir: dataDirOf(options), program: 'gumbel-studio import' });
  try {
    const imported = [];
    for (const file of files) imported.push(await importRunFile(studio.store, studio.dataDir, resolve(file)));
    output.result(
      imported
        .map((run) => `${run.id} imported (${run.spec.estimator}, seed ${run.spec.seed}, ${run.state})`)
        .join('\n'),
      { runs: imported },
    );
  } finally {
    await studio.close();
  }
}
