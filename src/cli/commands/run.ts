/** `run`: train a comparison in the foreground. */
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { exportRuns } from '../../studio/files/export-runs.ts';
import { comparisonDocument, comparisonTable } from '../comparison-report.ts';
import { titleOf } from '../../studio/studio.ts';
import { dataDirOf, findRuns, withReadableStore, type CommonOptions } from '../context.ts';
import { runLive } from '../live.ts';
import { createOutput } from '../output.ts';
import { parseJobs } from '../parse-jobs.ts';
import { buildRequest, type RequestOptions } from '../request.ts';

interface RunOptions extends CommonOptions, RequestOptions {
  readonly out?: string;
  readonly jobs?: number;
  readonly from?: string;
}

export function addRunCommand(program: Command, collect: (value: string, all: string[]) => string[]): void {
  program
    .command('run')
    .description('train one comparison: every estimator with every seed')
    .option('--problem <id>', 'problem to train ("gumbel-studio problems" lists them)')
    .option(
      '--preset <id>',
      'start from a preset of the problem; without --problem of the one that has it, menu-auction first',
    )
    .option('--estimator <ids>', 'estimators, separated by commas')
    .option('--seeds <list>', 'a number of seeds (3) or the seeds themselves (1,2,5)')
    .option(
      '--set <key=value>',
      'override one config key, e.g. options=64, valuations.kind=cats, estimators.reinforce.samples=4; repeatable',
      collect,
      [],
    )
    .option(
      '--config <file>',
      'JSON file with a config, or with a whole request (preset, config, estimators, seeds, ...)',
    )
    .option('--backend <name>', 'auto, wasm, webgpu, tensorflow-gpu, tensorflow or cpu')
    .option('--name <text>', 'name of the comparison')
    .option(
      '--from <run>',
      'fork: begin with the parameters of this run, at the step of its last checkpoint; estimator, settings and config are those of the run unless given',
    )
    .option('--out <folder>', 'write run files (.gsrun) and CSV there when the runs have ended')
    .option('--jobs <n>', 'CPU trainers at once (default: the number of cores)', parseJobs)
    .action(async (_own: unknown, command: Command) => {
      process.exitCode = await run(command.optsWithGlobals<RunOptions>());
    });
}

/** The full id of the run that `--from` names. */
function forkedFrom(options: RunOptions): { from?: string } {
  const { from } = options;
  if (from === undefined) return {};
  const [run, ...others] = withReadableStore(options, (store) => findRuns(store, [from]));
  if (run !== undefined && others.length === 0) return { from: run.id };
  throw new AppError(
    'validation',
    `--from ${from} names ${others.length + 1} runs; a fork has one parent: give the id of a run`,
  );
}

async function run(options: RunOptions): Promise<number> {
  const output = createOutput(options.json === true);
  const request = { ...buildRequest(options), ...forkedFrom(options) };
  const live = { dataDir: dataDirOf(options), verb: 'run', jobs: options.jobs, output };
  return runLive(
    live,
    async (studio, signal) => {
      const prepared = await studio.prepare(request, signal);
      const { experiment, backend, summary } = prepared;
      output.note(
        `${experiment.problem}${experiment.preset === null ? '' : ` (${experiment.preset})`}: ${summary}`,
      );
      const { comparison, runs } = studio.start(prepared, request.name ?? titleOf(prepared));
      output.note(
        `comparison ${comparison.id}: ${runs.length} runs on ${backend.name} (${backend.device}), data in ${studio.dataDir}`,
      );
      return runs;
    },
    async (studio, runs) => {
      const comparison = studio.store.comparison(runs[0]?.comparison ?? '');
      if (comparison === undefined) throw new AppError('internal', 'the comparison is not in the store');
      output.result(comparisonTable(comparison, runs), comparisonDocument(comparison, runs));
      if (options.out === undefined) return;
      const folder = resolve(options.out);
      await exportRuns(
        studio.store,
        studio.dataDir,
        runs.map(({ id }) => id),
        folder,
        ['gsrun', 'csv'],
      );
      output.note(
        `run files: ${join(folder, '*.gsrun')}   CSV: ${join(folder, 'series.csv')}, ${join(folder, 'runs.csv')}`,
      );
    },
  );
}
