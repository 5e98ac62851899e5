/** `run`: train a comparison in the foreground. */
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { counted } from '../../shared/counted.ts';
import { leftOutSentence } from '../../shared/variants.ts';
import { AppError } from '../../shared/errors.ts';
import { shellWord } from '../../shared/shell-word.ts';
import type { ExperimentRequest } from '../../shared/experiment.ts';
import type { RunRecord } from '../../shared/run.ts';
import { absoluteRequest, DEFAULT_PROBLEM } from '../../studio/catalog.ts';
import { exportRuns } from '../../studio/files/export-runs.ts';
import { comparisonsReport } from '../comparison-report.ts';
import { absolutePath, checkRequest, titleOf, type Prepared } from '../../studio/prepare.ts';
import type { Studio } from '../../studio/studio.ts';
import { dataDirOf, findRuns, withReadableStore, type CommonOptions } from '../context.ts';
import type { Door } from '../door.ts';
import { runLive } from '../live.ts';
import { createOutput, type Output } from '../output.ts';
import { parseJobs } from '../parse-count.ts';
import { buildRequest, type RequestOptions } from '../request.ts';
import { addSearchOptions } from '../search-options.ts';
import { VERDICT_HELP } from '../verdict-option.ts';

interface RunOptions extends CommonOptions, RequestOptions {
  readonly out?: string;
  readonly jobs?: number;
  readonly from?: string;
}

export function addRunCommand(program: Command, collect: (value: string, all: string[]) => string[]): void {
  const command = program
    .command('run')
    .description('train one comparison: every variant and estimator with every seed')
    .option('--problem <id>', 'problem to train ("gumbel-studio problems" lists them)')
    .option(
      '--preset <id>',
      `start from a preset of the problem; without --problem of the one that has it, ${DEFAULT_PROBLEM} first`,
    )
    .option('--estimator <ids>', 'estimators, separated by commas')
    .option(
      '--seeds <list>',
      'a number of seeds (3), a range (1-5) or the seeds themselves (1,2,5; one alone: 7,)',
    )
    .option(
      '--set <key=value>',
      'override one config key, e.g. options=64, valuations.kind=cats, estimators.reinforce.samples=4; repeatable',
      collect,
      [],
    )
    .option(
      '--variant <name:key=value,...>',
      'a variant of the experiment in the same comparison, by what it changes, e.g. large:batch=64,options=128; repeatable',
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
      if (own && options.dataDir !== undefined) output.note(`to look at it: ${openCommand(options.dataDir)}`);
    },
  });
}

async function start(
  studio: Studio,
  request: ExperimentRequest,
  output: Output,
  signal: AbortSignal,
): Promise<readonly RunRecord[]> {
  const prepared = await studio.prepare(request, signal);
  const { problem, preset, backend, summary, variants } = prepared;
  noteData(output, { problem, preset, summary, variants });
  const { comparison, runs } = studio.start(prepared, request.name ?? titleOf(prepared));
  output.note(
    `comparison ${comparison.id}: ${counted(runs.length, 'run')} on ${backend.name} (${backend.device}), data in ${studio.dataDir}`,
  );
  return runs;
}

function noteData(
  output: Output,
  {
    problem,
    preset,
    summary,
    variants,
  }: Pick<Prepared, 'problem' | 'preset' | 'summary'> & {
    readonly variants: Parameters<typeof leftOutSentence>[0];
  },
): void {
  output.note(`${problem}${preset === null ? '' : ` (${preset})`}: ${summary}`);
  const leftOut = leftOutSentence(variants);
  if (leftOut !== undefined) output.note(leftOut);
}

/** The same in the studio that holds the folder. @returns ids of the runs */
async function startThere(
  { client }: Door,
  asked: ExperimentRequest,
  {
    output,
    signal,
    dataDir,
  }: { readonly output: Output; readonly signal: AbortSignal; readonly dataDir: string },
): Promise<readonly string[]> {
  // What is wrong is said without that studio.
  const { problem, preset, variants, title } = withReadableStore({ dataDir }, (store) =>
    checkRequest({ dataDir, store }, asked),
  );
  // As it was asked, so that a sweep stays one; but that studio may stand in another folder.
  const request = { ...absoluteRequest(problem, asked, absolutePath), name: asked.name ?? title };
  let device = '';
  let operation: string | undefined;
  const cancel = () => {
    // Begun or ended meanwhile: then there are runs to stop, or nothing.
    if (operation !== undefined) void client.operations.cancel({ id: operation }).catch(() => undefined);
  };
  signal.addEventListener('abort', cancel);
  try {
    for await (const event of await client.experiments.start(request)) {
      if (event.type === 'accepted') {
        ({ operation } = event);
        if (signal.aborted) cancel();
      } else if (event.type === 'started') {
        const { comparison, runs } = event;
        output.note(
          `comparison ${comparison.id}: ${counted(runs.length, 'run')} on ${device}, data in ${dataDir}`,
        );
        return runs.map(({ id }) => id);
      } else if (event.done && event.stage === 'device') device = event.message.replace(/ on (.*)$/, ' ($1)');
      else if (event.done && event.stage === 'data')
        noteData(output, { problem, preset, summary: event.message, variants });
    }
  } finally {
    signal.removeEventListener('abort', cancel);
  }
  throw new AppError('external', 'the studio ended before the runs were started');
}

/** As the person started this one: through npm, or by its name. */
function openCommand(dataDir: string): string {
  const opened = process.env['npm_lifecycle_event'] === 'demo' ? 'npm start --' : 'gumbel-studio open';
  return `${opened} --data-dir ${shellWord(dataDir)}`;
}
