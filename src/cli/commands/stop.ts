/** `stop` and `pause`: ask the studio that owns the runs; without one, a stop marks what is left over. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { stoppableStates, type RunState } from '../../shared/run.ts';
import { requestControl, type ControlRequest } from '../../studio/control-spool.ts';
import { createStudio } from '../../studio/studio.ts';
import { dataDirOf, findRuns, withReadableStore, type CommonOptions } from '../context.ts';
import { createOutput } from '../output.ts';

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
  if (
    open.length > 0 &&
    !(await settleWithoutOwner(
      verb,
      dataDir,
      open.map(({ id }) => id),
    ))
  ) {
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

/** True if nobody owns the folder: then no run is live or queued, and an interrupted one is stopped by marking it. */
async function settleWithoutOwner(
  verb: ControlRequest['verb'],
  dataDir: string,
  ids: readonly string[],
): Promise<boolean> {
  let studio;
  try {
    studio = createStudio({ dataDir, program: `gumbel-studio ${verb}` });
  } catch (error) {
    if (error instanceof AppError && error.kind === 'conflict') return false;
    throw error;
  }
  if (verb === 'stop') for (const id of ids) studio.stop(id, 'stopped by the command line');
  await studio.close();
  return true;
}
