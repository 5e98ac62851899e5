/** `export` and `import`: run files and CSV. */
import { join, resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { exportRuns, type ExportFormat } from '../../studio/files/export-runs.ts';
import { importRunFile } from '../../studio/files/import-run.ts';
import { createStudio } from '../../studio/studio.ts';
import { dataDirOf, findRuns, openExistingStore, type CommonOptions } from '../context.ts';
import { createOutput } from '../output.ts';

interface ExportOptions extends CommonOptions {
  readonly format: ExportFormat;
  readonly out: string;
}

export function addFileCommands(program: Command): void {
  program
    .command('export')
    .description(
      'write runs as CSV (series.csv: a row a run and step; runs.csv: a row a run) or as run files',
    )
    .argument('<ids...>', 'runs or comparisons')
    .option('--format <name>', 'csv or gsrun', parseFormat, 'csv')
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

function parseFormat(text: string): ExportFormat {
  if (text === 'csv' || text === 'gsrun') return text;
  throw new InvalidArgumentError('expected csv or gsrun');
}

async function exportCommand(ids: readonly string[], options: ExportOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const folder = resolve(options.out);
  const store = openExistingStore(options);
  try {
    const runs = findRuns(store, ids).map(({ id }) => id);
    const written = await exportRuns(store, dataDirOf(options), runs, folder, [options.format]);
    output.result(written.map((name) => join(folder, name)).join('\n'), { folder, files: written });
  } finally {
    store.close();
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
