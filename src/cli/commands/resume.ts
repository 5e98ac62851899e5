/** `resume`: go on with unfinished runs in the foreground. */
import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { pendingStates, type RunRecord } from '../../shared/run.ts';
import type { Studio } from '../../studio/studio.ts';
import { endedBySweep } from '../../shared/sweep/ending.ts';
import { comparisonsReport } from '../comparison-report.ts';
import { dataDirOf, findRuns, withReadableStore, type CommonOptions } from '../context.ts';
import type { Door } from '../door.ts';
import { runLive } from '../live.ts';
import type { LiveOptions } from '../live-work.ts';
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
    .argument('[ids...]', 'runs or comparisons; of a comparison, the unfinished runs')
    .option('--all', 'every run that earlier sessions left interrupted, queued or with an executor')
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
  return runLive(live, {
    begin: async (studio) => {
      const starts = all ? interruptedStarts(studio.operations.list.operations) : [];
      const unfinished = all
        ? studio.left()
        : findRuns(studio.store, ids).filter(
            (run) => run.state !== 'completed' && endedBySweep(run) === null,
          );
      const [underWay, waiting] = [true, false].map((is) =>
        unfinished.filter(({ id }) => studio.queue.dispatcher.has(id) === is),
      ) as [RunRecord[], RunRecord[]];
      const followed = all ? elsewhere(studio) : underWay;
      if (waiting.length + followed.length + starts.length === 0) throw nothingToResume(ids);
      if (waiting.length > 0) studio.resume(waiting);
      const made = [];
      for (const { id } of starts) made.push(...(await studio.operations.resume(id).ended));
      return [...followed, ...waiting, ...made.flatMap(({ runs }) => runs)];
    },
    hand: (door) => resumeThere(door, ids, live),
    report(store, runs) {
      const { text, document } = comparisonsReport(store, runs);
      output.result(text, document);
      return Promise.resolve();
    },
  });
}

/** Runs that executors train since earlier sessions: they need nobody, and are followed again. */
function elsewhere({ store, queue }: Studio): readonly RunRecord[] {
  return store.runs({ states: pendingStates }).filter(({ id }) => queue.dispatcher.has(id));
}

/** In the studio that holds the folder. @param ids none: all that earlier sessions left @returns ids of the runs */
async function resumeThere(
  { client }: Door,
  ids: readonly string[],
  { dataDir, output }: Pick<LiveOptions, 'dataDir' | 'output'>,
): Promise<readonly string[]> {
  const starts = ids.length > 0 ? [] : interruptedStarts((await client.operations.list()).operations);
  const wanted =
    ids.length === 0
      ? (await client.runs.left()).ids
      : withReadableStore({ dataDir }, (store) => findRuns(store, ids)).flatMap((run) =>
          run.state === 'completed' || pendingStates.includes(run.state) || endedBySweep(run) !== null
            ? []
            : [run.id],
        );
  if (wanted.length === 0 && starts.length === 0) throw nothingToResume(ids);
  if (wanted.length > 0) await client.runs.resume({ ids: wanted });
  for (const { id, title } of starts) {
    await client.operations.resume({ id });
    output.note(`${title}: that studio creates the runs that are still missing, and trains them by itself`);
  }
  return wanted;
}

function nothingToResume(ids: readonly string[]): AppError {
  const what =
    ids.length === 0
      ? 'no run of an earlier session is waiting'
      : `${ids.join(', ')}: every run is completed, under way, or ended by its sweep`;
  return new AppError('conflict', `${what}; there is nothing to resume`);
}
