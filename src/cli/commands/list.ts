/** `list`: runs in the data folder, newest comparison first. */
import type { Command } from 'commander';
import { plainNumber } from '../../shared/number-format.ts';
import { problemDescriptor } from '../../studio/catalog.ts';
import type { DamagedRun } from '../../shared/contract/damaged-run.ts';
import { AppError } from '../../shared/errors.ts';
import { healthMark } from '../../shared/health.ts';
import { runStateSchema, type RunRecord, type RunState } from '../../shared/run.ts';
import { localTime } from '../../node/local-time.ts';
import type { ReadableStore } from '../../studio/store/types.ts';
import { executorOf } from '../../studio/store/without-owner.ts';
import { isDataFolderHeld } from '../../studio/store/data-folder-lock.ts';
import { dataDirOf, noteDamaged, withReadableStore, type CommonOptions } from '../context.ts';
import { leftSentence } from '../left-runs.ts';
import { createOutput, table } from '../output.ts';

interface ListOptions extends CommonOptions {
  readonly comparison?: string;
  readonly state?: string;
  readonly limit: string;
}

export function addListCommand(program: Command): void {
  program
    .command('list')
    .option('--comparison <id>', 'only the runs of one comparison')
    .option('--state <states>', 'only these states, separated by commas, e.g. running,interrupted')
    .option('--limit <n>', 'at most this many runs', '50')
    .action((_own: unknown, command: Command) => list(command.optsWithGlobals<ListOptions>()));
}

function list(options: ListOptions): void {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1) {
    throw new AppError('validation', `--limit ${options.limit}: expected an integer of at least 1`);
  }
  const states = options.state === undefined ? undefined : parseStates(options.state);
  const filter = {
    ...(options.comparison === undefined ? {} : { comparison: options.comparison }),
    ...(states === undefined ? {} : { states }),
  };
  const { runs, damaged, total, waiting, engines } = withReadableStore(options, (store) => {
    const listed = store.storedRuns({ ...filter, limit });
    return {
      ...listed,
      total: store.countRuns(filter),
      // What is queued in a folder that nobody holds is an executor's, and what a studio holds is in its queue.
      waiting: isDataFolderHeld(dataDirOf(options)) ? [] : store.runs({ states: ['interrupted'] }),
      engines: enginesOf(store, listed.runs),
    };
  });
  const output = createOutput(options.json === true);
  const listed = runs.length + damaged.length;
  output.result(() => (listed === 0 ? 'no runs' : listTable(runs, damaged, engines)), {
    ...{ runs, damaged, total },
  });
  if (listed < total) {
    output.note(`the newest ${listed} of ${total} runs; --limit ${total} shows all of them`);
  }
  noteDamaged(output, damaged);
  const left = leftSentence(waiting.filter(({ archivedAt }) => archivedAt === null));
  if (left !== '') output.note(left);
}

function parseStates(text: string): RunState[] {
  return text.split(',').map((word) => {
    const state = runStateSchema.safeParse(word.trim());
    if (state.success) return state.data;
    throw new AppError('validation', `--state ${word}: expected one of ${runStateSchema.options.join(', ')}`);
  });
}

/** What trains the runs of comparisons that name an executor, by comparison. */
function enginesOf(store: ReadableStore, runs: readonly RunRecord[]): ReadonlyMap<string, string> {
  const comparisons = [...new Set(runs.map(({ comparison }) => comparison))];
  return new Map(
    comparisons.flatMap((id) => {
      const executor = executorOf(store, id);
      return executor === null ? [] : [[id, executor.kind] as const];
    }),
  );
}

function listTable(
  runs: readonly RunRecord[],
  damaged: readonly DamagedRun[],
  engines: ReadonlyMap<string, string>,
): string {
  const several = runs.some(({ variant }) => variant !== null);
  const ailing = runs.some(({ alerts }) => healthMark(alerts) !== '');
  const head = [
    'run',
    'name',
    'problem',
    ...(several ? ['variant'] : []),
    'estimator',
    'seed',
    'state',
    ...(engines.size > 0 ? ['on'] : []),
    'step',
    'steps',
    'validation',
    'gap',
    'started',
    ...(ailing ? ['alerts'] : []),
  ];
  const rows = runs.map((run) => [
    run.id,
    run.name,
    run.spec.problem,
    ...(several ? [run.variant ?? '-'] : []),
    run.spec.estimator,
    String(run.spec.seed),
    run.state,
    ...(engines.size > 0 ? [engines.get(run.comparison) ?? '-'] : []),
    String(run.step),
    String(run.steps),
    plainNumber(run.metrics[problemDescriptor(run.spec.problem)?.selectionMetric ?? '']),
    plainNumber(run.metrics['gap']),
    run.startedAt === null ? '-' : localTime(run.startedAt),
    ...(ailing ? [healthMark(run.alerts)] : []),
  ]);
  const unreadable = damaged.map(({ id, name, problem, estimator }) => [
    ...[id, name, problem, ...(several ? ['-'] : []), estimator, '-', 'damaged'],
    ...[...(engines.size > 0 ? ['-'] : []), '-', '-', '-', '-', '-'],
  ]);
  return table(head, [...rows, ...unreadable], ['seed', 'step', 'steps', 'validation', 'gap']);
}
