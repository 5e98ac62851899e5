/** `report`: comparisons as one document, for a browser or for a paper. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { writeFileAtomic } from '../../node/atomic-file.ts';
import { reportFiles, type ReportFormat } from '../../shared/contract/http.ts';
import { AppError } from '../../shared/errors.ts';
import { fromFileError } from '../../node/file-error.ts';
import { ONE_COLUMN, writeFigures, writeReport } from '../../studio/report/write.ts';
import type { ReadableStore } from '../../studio/store/types.ts';
import { findComparison, noteDamaged, openExistingStore, type CommonOptions } from '../context.ts';
import { createOutput, type Output } from '../output.ts';

interface ReportOptions extends CommonOptions {
  readonly format: ReportFormat;
  readonly out?: string;
  readonly force?: boolean;
  readonly figures?: string;
  readonly width: number;
  readonly type: number;
}

export function addReportCommand(program: Command): void {
  program
    .command('report')
    .argument('<comparisons...>', 'comparisons, or the first characters of their ids')
    .addOption(
      new Option(
        '--format <name>',
        'html, or latex: booktabs tables with the best row and its equals in bold',
      )
        .choices(Object.keys(reportFiles))
        .default('html'),
    )
    .option('--out <file>', `file to write (default: ${Object.values(reportFiles).join(' or ')} here)`)
    .option(
      '--figures <folder>',
      'write every figure for a paper to this folder, in place of a document: SVG, PDF, and its data as CSV',
    )
    .option(
      '--width <cm>',
      'width of a figure: 8.5 for one column of a journal, 17.5 for two',
      within(5, 40),
      ONE_COLUMN.width,
    )
    .option('--type <pt>', 'size of the labels of a figure', within(5, 24), ONE_COLUMN.type)
    .option('--force', 'replace files that exist')
    .action((words: string[], _own: unknown, command: Command) =>
      report(words, command.optsWithGlobals<ReportOptions>()),
    );
}

async function report(words: readonly string[], options: ReportOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const { format, out = reportFiles[format] } = options;
  const file = resolve(out);
  const store = openExistingStore(options);
  try {
    const ids = [...new Set(words.map((word) => findComparison(store, word, 'report', 'comparisons')))];
    for (const comparison of ids) noteDamaged(output, store.storedRuns({ comparison }).damaged);
    if (options.figures !== undefined) {
      await figures(store, ids, options.figures, options, output);
      return;
    }
    refuseUnwritable(out, file, options.force === true);
    const text = await writeReport(
      store,
      ids.map((id) => ({ id })),
      format,
    );
    await writeFileAtomic(file, text);
    output.result(file, { file, format, comparisons: ids });
  } catch (error) {
    throw fromFileError(error, file);
  } finally {
    store.close();
  }
}

async function figures(
  store: ReadableStore,
  ids: readonly string[],
  folder: string,
  { width, type, force }: ReportOptions,
  output: Output,
): Promise<void> {
  const files = await writeFigures(
    store,
    ids.map((id) => ({ id })),
    { width, type },
  );
  const place = resolve(folder);
  try {
    mkdirSync(place, { recursive: true });
    const there = files.find(({ name }) => force !== true && existsSync(join(place, name)));
    if (there !== undefined) {
      throw new AppError(
        'validation',
        `--figures ${folder}: it already holds a file ${there.name}; name another folder, or replace the file with --force`,
        { path: 'figures' },
      );
    }
    for (const { name, content } of files) await writeFileAtomic(join(place, name), content);
  } catch (error) {
    throw fromFileError(error, place);
  }
  const names = files.map(({ name }) => join(place, name));
  output.result(names.join('\n'), { files: names, comparisons: ids });
}

function within(least: number, most: number): (word: string) => number {
  return (word) => {
    const value = Number(word);
    if (word.trim() !== '' && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`expected a number from ${least} to ${most}`);
  };
}

/** Before anything is read and drawn. */
function refuseUnwritable(out: string, file: string, force: boolean): void {
  const path = 'out';
  if (!existsSync(dirname(file))) {
    throw new AppError(
      'not-found',
      `--out ${out}: the folder ${dirname(file)} does not exist; create it, or name another`,
      { path },
    );
  }
  if (!existsSync(file)) return;
  if (statSync(file).isDirectory()) {
    throw new AppError('validation', `--out ${out}: this is a folder; name a file in it`, { path });
  }
  if (force) return;
  throw new AppError(
    'validation',
    `--out ${out}: this file exists already; name another, or replace it with --force`,
    { path },
  );
}
