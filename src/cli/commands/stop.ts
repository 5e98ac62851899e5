/** `stop`, `pause` and `unpause`: ask the studio that owns the runs; without one, a studio for the moment asks the tasks of executors, and a stop marks what is left over. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { counted } from '../../shared/counted.ts';
import { AppError } from '../../shared/errors.ts';
import { stoppableStates, type RunRecord, type RunState } from '../../shared/run.ts';
import { requestControl, type ControlRequest } from '../../studio/control-spool.ts';
import { createStudio, type Studio } from '../../studio/studio.ts';
import { dataDirOf, findRuns, withReadableStore, type CommonOptions } from '../context.ts';
import { troubleNotes } from '../live.ts';
import { createOutput, type Output } from '../output.ts';

const WAIT_MS = 30_000;
const POLL_MS = 200;

export function addStopCommand(program: Command): void {
  program
    .command('stop')
    .argument('<ids...>', 'runs or comparisons')
    .action((ids: string[], _own: unknown, command: Command) =>
      ask('stop', ids, command.optsWithGlobals<CommonOptions>()),
    );
  program
    .command('pause')
    .argument('<ids...>', 'runs or comparisons')
    .action((ids: string[], _own: unknown, command: Command) =>
      ask('pause', ids, command.optsWithGlobals<CommonOptions>()),
    );
  program
    .command('unpause')
    .argument('<ids...>', 'runs or comparisons')
    .action((ids: string[], _own: unknown, command: Command) =>
      ask('resume', ids, command.optsWithGlobals<CommonOptions>()),
    );
}

const wanted: Readonly<Record<ControlRequest['verb'], (state: RunState) => boolean>> = {
  stop: (state) => !stoppableStates.includes(state),
  pause: (state) => state !== 'running',
  resume: (state) => state !== 'paused',
};

async function ask(
  verb: ControlRequest['verb'],
  ids: readonly string[],
  options: CommonOptions,
): Promise<void> {
  const output = createOutput(options.json === true);
  const dataDir = dataDirOf(options);
  const read = () => withReadableStore(options, (store) => findRuns(store, ids));
  const open = read().filter((run) => !wanted[verb](run.state));
  if (open.length > 0 && !(await settleWithoutOwner(verb, dataDir, open, output))) {
    for (const run of open) await requestControl(dataDir, { verb, runId: run.id, by: 'the command line' });
    const deadline = performance.now() + WAIT_MS;
    while (read().some((run) => !wanted[verb](run.state))) {
      if (performance.now() > deadline) {
        throw new AppError(
          'external',
          `${ids.join(', ')}: the studio that owns ${dataDir} did not answer within 30 s`,
        );
      }
      await sleep(POLL_MS);
    }
  }
  const runs = read().map(({ id, state, reason }) => ({ id, state, reason }));
  output.result(runs.map((run) => `${run.id} ${run.state}`).join('\n'), { runs });
}

/** True if nobody owns the folder: then nothing but tasks of executors is live or queued, and an interrupted run is stopped by marking it. */
async function settleWithoutOwner(
  verb: ControlRequest['verb'],
  dataDir: string,
  runs: readonly RunRecord[],
  output: Output,
): Promise<boolean> {
  let studio: Studio;
  try {
    studio = createStudio({ dataDir, program: `gumbel-studio ${verb}`, ...troubleNotes(output) });
  } catch (error) {
    if (error instanceof AppError && error.kind === 'conflict') return false;
    throw error;
  }
  try {
    const { queue, store } = studio;
    for (const { id } of runs) {
      if (verb === 'stop') studio.stop(id, 'stopped by the command line');
      else if (verb === 'pause') queue.pause(id, 'paused by the command line');
      else queue.resume(id);
    }
    const isOpen = ({ id }: RunRecord) =>
      queue.dispatcher.has(id) && !wanted[verb](store.run(id)?.state ?? 'stopped');
    const deadline = performance.now() + WAIT_MS;
    while (runs.some(isOpen) && performance.now() < deadline) await sleep(POLL_MS);
    const late = runs.filter(isOpen);
    if (late.length > 0)
      output.note(
        `${counted(late.length, 'run')} did not answer within 30 s; each will find the request in its folder, and the next studio will see what it did`,
      );
  } finally {
    await studio.close();
  }
  return true;
}
