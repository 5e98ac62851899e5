/** `resume`: go on with unfinished runs in the foreground. */
import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { endedBySweep } from '../../shared/sweep/ending.ts';
import { comparisonsReport } from '../comparison-report.ts';
import { dataDirOf, findRuns, withReadableStore, type CommonOptions } from '../context.ts';
import { runLive } from '../live.ts';
import { interruptedStarts } from '../left-runs.ts';
import { parseJobs } from '../parse-count.ts';
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
      const starts = all ? interruptedStarts(studio) : [];
      const unfinished = all
        ? studio.left()
        : findRuns(studio.store, ids).filter(
            (run) => run.state !== 'completed' && endedBySweep(run) === null,
          );
      if (unfinished.length === 0 && starts.length === 0) {
        const what = all
          ? 'no run of an earlier session waits'
          : `${ids.join(', ')}: every run is completed, or ended by its sweep`;
        throw new AppError('conflict', `${what}; there is nothing to resume`);
      }
      if (unfinished.length > 0) studio.resume(unfinished);
      const made = [];
      for (const { id } of starts) made.push(...(await studio.operations.resume(id).ended));
      return [...unfinished, ...made.flatMap(({ runs }) => runs)];
    },
    (studio, runs) => {
      const { text, document } = comparisonsReport(studio.store, runs);
      output.result(text, document);
      return Promise.resolve();
    },
  );
}
