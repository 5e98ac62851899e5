/** `run`: train a comparison in the foreground. */
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import type { ExecutorChoice } from '../../shared/executor.ts';
import { trainedByText } from '../../shared/executor-words.ts';
import { shellWord } from '../../shared/shell-word.ts';
import { DEFAULT_PROBLEM } from '../../studio/catalog.ts';
import { exportRuns } from '../../studio/files/export-runs.ts';
import { readSettings } from '../../studio/settings.ts';
import { comparisonsReport } from '../comparison-report.ts';
import { dataDirOf, findRuns, withReadableStore, type CommonOptions } from '../context.ts';
import { runLive } from '../live.ts';
import { createOutput } from '../output.ts';
import { ONE_BY_ONE_HELP, parseJobs } from '../parse-count.ts';
import { buildRequest, type RequestOptions } from '../request.ts';
import { addExecutorOptions } from '../executor-options.ts';
import { addSearchOptions } from '../search-options.ts';
import { start, startThere } from '../starting.ts';
import { VERDICT_HELP } from '../verdict-option.ts';

interface RunOptions extends CommonOptions, RequestOptions {
  readonly out?: string;
  readonly jobs?: number;
  readonly oneByOne?: boolean;
  readonly from?: string;
}

export function addRunCommand(program: Command, collect: (value: string, all: string[]) => string[]): void {
  const command = program
    .command('run')
    .option('--problem <id>', 'problem to train ("gumbel-studio problems" lists them)')
    .option(
      '--preset <id>',
      `start from a preset of the problem; without --problem, of the problem that has it, ${DEFAULT_PROBLEM} first`,
    )
    .option('--estimator <ids>', 'estimators, separated by commas')
    .option(
      '--seeds <list>',
      'a number of seeds (3), a range (1-5) or the seeds themselves (1,2,5; a single one: 7,)',
    )
    .option(
      '--set <key=value>',
      'override one config key, e.g. options=64, valuations.kind=cats, estimators.reinforce.samples=4; repeatable',
      collect,
      [],
    )
    .option(
      '--variant <name:key=value,...>',
      'a variant in the same comparison, given by what it changes, e.g. large:batch=64,options=128; repeatable',
      collect,
      [],
    )
    .option('--no-variants', 'without the variants that the preset brings');
  addSearchOptions(command, collect)
    .option(
      '--config <file>',
      'JSON file with a config, or with a whole request (preset, config, estimators, seeds, variants, ...)',
    )
    .option('--backend <name>', 'auto, wasm, webgpu, tensorflow-gpu, tensorflow or cpu')
    .option('--name <text>', 'name of the comparison')
    .option('--verdict <key=value,...>', VERDICT_HELP)
    .option(
      '--from <run>',
      'fork: begin with the parameters of this run, at the step of its last checkpoint; estimator, settings and config are those of the run unless given',
    )
    .option('--out <folder>', 'write run files (.gsrun) and CSV there when the runs have ended')
    .option('--jobs <n>', 'CPU trainers at once (default: the number of cores)', parseJobs)
    .option('--one-by-one', ONE_BY_ONE_HELP);
  addExecutorOptions(command, collect).action(async (_own: unknown, command: Command) => {
    process.exitCode = await run(command.optsWithGlobals<RunOptions>());
  });
}

/** The full id of the run that `--from` names, and what trained it: that trains the fork, too, unless an executor is named. */
function forkedFrom(options: RunOptions): { from?: string; executor?: ExecutorChoice } {
  const { from } = options;
  if (from === undefined) return {};
  const { run, others, executor } = withReadableStore(options, (store) => {
    const [run, ...others] = findRuns(store, [from]);
    return { run, others, executor: run && store.comparison(run.comparison)?.executor };
  });
  if (run !== undefined && others.length === 0) return { from: run.id, ...(executor && { executor }) };
  throw new AppError(
    'validation',
    `--from ${from} names ${others.length + 1} runs; a fork has one parent: give the id of a run`,
  );
}

async function run(options: RunOptions): Promise<number> {
  const output = createOutput(options.json === true);
  const dataDir = dataDirOf(options);
  const { executor: inherited, ...from } = forkedFrom(options);
  const asked = { ...buildRequest(options, readSettings(dataDir).executors), ...from };
  const isInherited = inherited !== undefined && (options.executor ?? asked.executor) === undefined;
  const request = isInherited ? { ...asked, executor: inherited } : asked;
  if (isInherited)
    output.note(`as the run that it forks${trainedByText(inherited)}; "--executor local" trains it here`);
  const { jobs, oneByOne } = options;
  const live = { dataDir, verb: 'run', jobs, oneByOne, output };
  let own = false;
  return runLive(live, {
    begin(studio, signal) {
      own = true;
      return start(studio, request, output, signal);
    },
    hand: (door, signal) => startThere(door, request, { output, signal, dataDir: live.dataDir }),
    async report(store, runs) {
      const { text, document } = comparisonsReport(store, runs);
      output.result(text, document);
      if (options.out !== undefined) {
        const folder = resolve(options.out);
        const ids = runs.map(({ id }) => id);
        await exportRuns(store, live.dataDir, ids, folder, ['gsrun', 'csv']);
        output.note(
          `run files: ${join(folder, '*.gsrun')}   CSV: ${join(folder, 'series.csv')}, ${join(folder, 'runs.csv')}`,
        );
      }
      // Where a studio is open, its pages show the runs already; the usual folder is what it opens anyway.
      if (own && options.dataDir !== undefined) output.note(`to see it: ${openCommand(options.dataDir)}`);
    },
  });
}

/** As the person started this one: through npm, or by its name. */
function openCommand(dataDir: string): string {
  const opened = process.env['npm_lifecycle_event'] === 'demo' ? 'npm start --' : 'gumbel-studio open';
  return `${opened} --data-dir ${shellWord(dataDir)}`;
}
