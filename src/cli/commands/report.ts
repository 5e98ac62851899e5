/** `report`: comparisons as one document, for a browser or for a paper. */
import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import writeFileAtomic from 'write-file-atomic';
import { reportFiles, type ReportFormat } from '../../shared/contract/http.ts';
import { AppError } from '../../shared/errors.ts';
import { fromFileError } from '../../node/file-error.ts';
import { writeReport } from '../../studio/report/write.ts';
import type { ReadableStore } from '../../studio/store/types.ts';
import { findStoredRuns, noteDamaged, openExistingStore, type CommonOptions } from '../context.ts';
import { createOutput, type Output } from '../output.ts';

interface ReportOptions extends CommonOptions {
  readonly format: ReportFormat;
  readonly out?: string;
  readonly force?: boolean;
}

export function addReportCommand(program: Command): void {
  program
    .command('report')
    .description(
      'write comparisons as one HTML file that needs nothing else (verdict, tables, figures, methods, configs, versions, the command that trains them again, sources as BibTeX), or as LaTeX tables',
    )
    .argument('<comparisons...>', 'comparisons, or the first characters of their ids')
    .addOption(
      new Option('--format <name>', 'html, or latex: booktabs tables, the best row and its equals in bold')
        .choices(Object.keys(reportFiles))
        .default('html'),
    )
    .option('--out <file>', `file to write (default: ${Object.values(reportFiles).join(' or ')} here)`)
    .option('--force', 'in the place of a file that is there')
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
    const ids = [...new Set(words.map((word) => comparisonNamed(store, word, output)))];
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

/** The id of the comparison that a word names. @throws AppError */
function comparisonNamed(store: ReadableStore, word: string, output: Output): string {
  const { runs, damaged } = findStoredRuns(store, [word]);
  noteDamaged(output, damaged);
  const id = (runs[0] ?? damaged[0])?.comparison ?? '';
  if (id.startsWith(word)) return id;
  throw new AppError('validation', `report: ${word} is a run; give the id of its comparison, ${id}`, {
    path: 'comparisons',
  });
}

/** Before anything is read and drawn. */
function refuseUnwritable(out: string, file: string, force: boolean): void {
  const path = 'out';
  if (!existsSync(dirname(file))) {
    throw new AppError(
      'not-found',
      `--out ${out}: the folder ${dirname(file)} does not exist; make it, or name another`,
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
    `--out ${out}: there is such a file; name another, or write in its place with --force`,
    { path },
  );
}
