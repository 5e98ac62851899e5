/** `run-one`: train one run without a studio, as a job of a cluster does. */
import type { Command } from 'commander';
import manifest from '../../../package.json' with { type: 'json' };
import { AppError } from '../../shared/errors.ts';
import { runTask, type TaskOutcome } from '../../studio/task/run-task.ts';
import { onEnding } from '../ending.ts';
import { exitCodes } from '../exit-codes.ts';
import { createOutput } from '../output.ts';

interface RunOneOptions {
  readonly out: string;
  readonly json?: boolean;
}

export function addRunOneCommand(program: Command): void {
  program
    .command('run-one')
    .argument('<spec>', 'file that defines the run, as the studio writes it')
    .requiredOption('--out <folder>', 'folder for the messages, checkpoints and run file of this run alone')
    .addHelpText(
      'after',
      '\nStarted again with the same folder, it continues from the last checkpoint. SIGTERM and Ctrl-C end it with a checkpoint.\nExit codes: 0 completed or stopped, or another job has the folder; 1 failed; 2 the spec is not valid, or something that it asks for is missing here;\n130 interrupted, and can continue.',
    )
    .action(async (spec: string, _own: unknown, command: Command) => {
      process.exitCode = await runOne(spec, command.optsWithGlobals<RunOneOptions>());
    });
}

async function runOne(spec: string, { out, json }: RunOneOptions): Promise<number> {
  const output = createOutput(json === true);
  const abort = new AbortController();
  // Its scheduler knows how long it may take: a checkpoint may have a slow way.
  const stopListening = onEnding({
    ask: (how) => abort.abort(how),
    now: () => process.exit(exitCodes.interrupted),
    limitMs: null,
  });
  try {
    const outcome = await runTask(spec, out, {
      version: manifest.version,
      asked: abort.signal,
      say: (message) => output.note(message),
    });
    output.result(sentenceOf(outcome), outcome);
    return codeOf(outcome);
  } catch (error) {
    // Of a spec that is not there nothing else is known than of one that is none.
    if (error instanceof AppError && error.kind === 'not-found')
      throw new AppError('validation', error.message, { cause: error });
    throw error;
  } finally {
    stopListening();
  }
}

function sentenceOf(outcome: TaskOutcome): string {
  if (outcome.state === 'taken') return `this run was taken by ${outcome.by}; nothing was done`;
  const { state, reason, step } = outcome;
  return `${state} at step ${step}${reason === '' ? '' : `: ${reason}`}`;
}

function codeOf({ state }: TaskOutcome): number {
  if (state === 'failed') return exitCodes.failed;
  return state === 'interrupted' ? exitCodes.interrupted : exitCodes.ok;
}
