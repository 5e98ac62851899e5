/** `resume`: go on with unfinished runs in the foreground. */
import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { comparisonDocument, comparisonTable } from '../comparison-report.ts';
import { dataDirOf, findRuns, withReadableStore, type CommonOptions } from '../context.ts';
import { runLive } from '../live.ts';
import { parseJobs } from '../parse-jobs.ts';
import { createOutput } from '../output.ts';

interface ResumeOptions extends CommonOptions {
  readonly jobs?: number;
  readonly all?: boolean;
}

export function addResumeCommand(program: Command): void {
  program
    .command('resume')
    .description('go on with unfinished runs from their checkpoints')
    .argument('[ids...]', 'runs or comparisons; of a comparison, the unfinished runs')
    .option('--all', 'every run that earlier sessions left interrupted or queued')
    .option('--jobs <n>', 'CPU trainers at once (default: the number of cores)', parseJobs)
    .action(async (ids: string[], _own: unknown, command: Command) => {
      process.exitCode = await resume(ids, command.optsWithGlobals<ResumeOptions>());
    });
}

async function resume(ids: readonly string[], options: ResumeOptions): Promise<number> {
  const output = createOutput(options.json === true);
  const all = options.all === true;
  if (all === ids.length > 0)
    throw new AppError('validation', 'resume: give ids of runs or comparisons, or --all', { path: 'ids' });
  // A wrong id is refused before the folder is locked.
  withReadableStore(options, (store) => findRuns(store, ids));
  const live = { dataDir: dataDirOf(options), verb: 'resume', jobs: options.jobs, output };
  return runLive(
    live,
    async (studio) => {
      const unfinished = all
        ? studio.left()
        : findRuns(studio.store, ids).filter((run) => run.state !== 'completed');
      if (unfinished.length === 0) {
        const what = all ? 'no run of an earlier session waits' : `${ids.join(', ')}: every run is completed`;
        throw new AppError('conflict', `${what}; there is nothing to resume`);
      }
      studio.resume(unfinished);
      return Promise.resolve(unfinished);
    },
    async (studio, runs) => {
      const reports = [...new Set(runs.map((run) => run.comparison))].flatMap((id) => {
        const comparison = studio.store.comparison(id);
        if (comparison === undefined) return [];
        const all = studio.store.runs({ comparison: id });
        return [{ text: comparisonTable(comparison, all), document: comparisonDocument(comparison, all) }];
      });
      const documents = reports.map(({ document }) => document);
      const text = reports.map((report) => report.text).join('\n\n');
      output.result(text, documents.length === 1 ? documents[0] : { comparisons: documents });
      return Promise.resolve();
    },
  );
}
