/** `export` and `import`: run files, and runs as other programs read them. */
import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import writeFileAtomic from 'write-file-atomic';
import { reportFiles } from '../../shared/contract/http.ts';
import { exportFormats, exportRuns, type ExportFormat } from '../../studio/files/export-runs.ts';
import { exportNames } from '../../studio/catalog.ts';
import { writeExport } from '../../studio/exports.ts';
import { columnRoles } from '../../shared/foreign-columns.ts';
import { fromFileError } from '../../node/file-error.ts';
import { writeReport } from '../../studio/report/write.ts';
import type { ReadableStore, StoredRuns } from '../../studio/store/types.ts';
import { createStudio } from '../../studio/studio.ts';
import { dataDirOf, findStoredRuns, noteDamaged, openExistingStore, type CommonOptions } from '../context.ts';
import { foreignOptionsOf, type ForeignWords } from '../foreign-options.ts';
import { createOutput, printable, type Output } from '../output.ts';

interface ExportOptions extends CommonOptions {
  /** One of `formats`, or of the exports of the runs' problem. */
  readonly format: string;
  readonly out: string;
}

interface ImportCommandOptions extends CommonOptions, Partial<ForeignWords> {}

const formats: readonly string[] = [...exportFormats, ...Object.keys(reportFiles)];

export function addFileCommands(program: Command): void {
  program
    .command('export')
    .description(
      'write runs as CSV (series.csv: one row per run and step; runs.csv: one row per run), as Parquet or JSON Lines (series.*: one row per point; runs.*: one row per run), as event files of TensorBoard (a folder per run), as run files, as files of other programs (<run>.<format>.*, where their problem has such an export), or their comparison as a LaTeX table (table.tex) or one HTML page (report.html)',
    )
    .argument('<ids...>', 'runs or comparisons')
    .option('--format <name>', [...formats, ...exportNames()].join(', '), parseFormat, 'csv')
    .option('--out <folder>', 'where to write', '.')
    .action((ids: string[], _own: unknown, command: Command) =>
      exportCommand(ids, command.optsWithGlobals<ExportOptions>()),
    );
  program
    .command('import')
    .description(
      'add runs to the data folder: run files (.gsrun) of another machine or a cluster job, and what other programs wrote, as CSV, JSON Lines or Parquet (a row per point with columns run, step, metric, value; or a row per step with a column per metric), event files of TensorBoard or a folder of them, or mlruns of MLflow',
    )
    .argument('<files...>', 'run files, files of other programs, folders')
    .option(
      '--columns <role=name,...>',
      `which column is which where its name does not say it: ${columnRoles.join(', ')}, as in run=trial,step=t`,
      '',
    )
    .option('--metric <name>', 'of other programs: what ranks (default: the first metric)')
    .addOption(
      new Option(
        '--direction <which>',
        'of that metric; by default less of what is called loss or error is better',
      ).choices(['maximize', 'minimize']),
    )
    .option(
      '--group <name>',
      'of other programs: the comparison that the runs join (default: named after the file)',
    )
    .action((files: string[], _own: unknown, command: Command) =>
      importCommand(files, command.optsWithGlobals<ImportCommandOptions>()),
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

async function importCommand(files: readonly string[], options: ImportCommandOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const foreign = foreignOptionsOf(options);
  const studio = createStudio({ dataDir: dataDirOf(options), program: 'gumbel-studio import' });
  const abort = new AbortController();
  const onInterrupt = () => abort.abort();
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  try {
    const imported = [];
    for (const file of files) {
      const path = resolve(file);
      const line = progressLine(file, output);
      try {
        imported.push(
          ...(await studio.imports.openAll(path, { signal: abort.signal, foreign, onProgress: line.update })),
        );
      } finally {
        line.end();
      }
    }
    output.result(
      imported
        .map((run) => `${run.id} imported (${run.spec.estimator}, seed ${run.spec.seed}, ${run.state})`)
        .join('\n'),
      { runs: imported },
    );
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
    await studio.close();
  }
}

/** Quick imports say nothing. */
const FIRST_WORD_MS = 1000;
const LINE_MS = 5000;

/** One line that is written over on a terminal, a line now and then elsewhere. */
function progressLine(file: string, output: Output): { update(share: number): void; end(): void } {
  const terminal = process.stderr.isTTY && !output.json;
  let next = performance.now() + FIRST_WORD_MS;
  let shown = false;
  return {
    update(share) {
      const now = performance.now();
      if (now < next) return;
      next = now + (terminal ? 200 : LINE_MS);
      const text = `${printable(basename(file).slice(0, 60))}: ${Math.floor(100 * share)} %`;
      if (terminal) process.stderr.write(`\r\u001b[K${text}`);
      else output.note(text);
      shown = true;
    },
    end() {
      if (terminal && shown) process.stderr.write('\r\u001b[K');
    },
  };
}
