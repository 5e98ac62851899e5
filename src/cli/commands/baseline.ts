/** `baseline`: an exact baseline of a comparison's buyers, or of a config's. */
import { Argument, Option, type Command } from 'commander';
import { AppError, validationError } from '../../shared/errors.ts';
import {
  DEFAULT_TIME_LIMIT,
  exactMethods,
  exactSettingsSchema,
  exactSplits,
  gapText,
  type ExactBaseline,
  type ExactSettings,
  type SolveResult,
} from '../../shared/exact.ts';
import { exactLines, proofOf } from '../../shared/figures/reference-lines.ts';
import { plainNumber } from '../../shared/number-format.ts';
import { listProblems, resolveExperiment } from '../../studio/catalog.ts';
import { solve, type SolveOptions } from '../../studio/jobs/solve.ts';
import { absolutePath } from '../../studio/prepare.ts';
import { createStudio } from '../../studio/studio.ts';
import { dataDirOf, findRuns, type CommonOptions } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { createOutput, table, type Output } from '../output.ts';
import { buildRequest, numberOption } from '../request.ts';
import { found, inForeground, wasCancelled } from '../solving.ts';

interface BaselineOptions extends CommonOptions {
  readonly comparison?: string;
  readonly problem?: string;
  readonly preset?: string;
  readonly config?: string;
  readonly set: readonly string[];
  readonly split: string;
  readonly bidders?: string;
  readonly timeLimit: string;
}

type Solved = Extract<SolveResult, { kind: 'menu' }>;

export function addBaselineCommand(
  program: Command,
  collect: (value: string, all: string[]) => string[],
): void {
  program
    .command('baseline')
    .description('the best possible menu for some of the buyers, with the bound that was proved')
    .addArgument(
      new Argument('<method>', 'linear programme with lotteries, or integer one without').choices(
        exactMethods,
      ),
    )
    .option('--comparison <id>', 'of the buyers of a stored comparison; the result is kept with it')
    .option('--problem <id>', 'without a comparison: the problem ("gumbel-studio problems" lists them)')
    .option('--preset <id>', 'without a comparison: a preset of the problem')
    .option('--config <file>', 'without a comparison: JSON file with a config or a request')
    .option('--set <key=value>', 'without a comparison: override one config key; repeatable', collect, [])
    .addOption(
      new Option(
        '--split <name>',
        'train: a menu of training buyers, evaluated on all; test: what no menu can exceed on the test buyers',
      )
        .choices(exactSplits)
        .default('train'),
    )
    .option('--bidders <n>', 'buyers of the split that take part (default: what about a minute solves)')
    .option(
      '--time-limit <seconds>',
      'then the best so far and the bound are the result',
      `${DEFAULT_TIME_LIMIT}`,
    )
    .action(async (method: string, _own: unknown, command: Command) => {
      process.exitCode = await baseline(method, command.optsWithGlobals<BaselineOptions>());
    });
}

async function baseline(method: string, options: BaselineOptions): Promise<number> {
  const output = createOutput(options.json === true);
  const settings = settingsOf(method, options);
  const work =
    options.comparison === undefined ? ofConfig(options) : ofComparison(options, options.comparison);
  const result = await inForeground(output, settings.timeLimit, (signal, onProgress) =>
    work(settings, { signal, onProgress }),
  );
  if (wasCancelled(result)) {
    const { last } = result;
    output.result(last === null ? 'cancelled before anything was found' : `cancelled: ${found(last)}`, {
      method,
      status: 'cancelled',
      value: last?.value ?? null,
      bound: last?.bound ?? null,
    });
    return exitCodes.interrupted;
  }
  report(output, result);
  return result.baseline.status === 'infeasible' ? exitCodes.failed : exitCodes.ok;
}

function settingsOf(method: string, options: BaselineOptions): ExactSettings {
  const parsed = exactSettingsSchema.safeParse({
    method,
    split: options.split,
    bidders: options.bidders === undefined ? null : numberOption('--bidders', options.bidders),
    timeLimit: numberOption('--time-limit', options.timeLimit),
  });
  if (!parsed.success) throw validationError(parsed.error, 'baseline');
  return parsed.data;
}

type Work = (settings: ExactSettings, options: SolveOptions) => Promise<Solved>;

function ofConfig(options: BaselineOptions): Work {
  const { problem, config } = resolveExperiment(buildRequest(options), absolutePath);
  return (settings, solving) => solve({ kind: 'menu', problem, config: { ...config }, settings }, solving);
}

function ofComparison(options: BaselineOptions, id: string): Work {
  if (
    [options.problem, options.preset, options.config, ...options.set].some((given) => given !== undefined)
  ) {
    throw new AppError(
      'validation',
      '--comparison: its buyers are those of its own config; leave --problem, --preset, --config and --set out',
      { path: 'comparison' },
    );
  }
  return async (settings, solving) => {
    const studio = createStudio({ dataDir: dataDirOf(options), program: 'gumbel-studio baseline' });
    try {
      const comparison = findRuns(studio.store, [id])[0]?.comparison ?? id;
      return await studio.solve(comparison, settings, solving);
    } finally {
      await studio.close();
    }
  };
}

function report(output: Output, { baseline, menu }: Solved): void {
  const { revenue, split, bidders, available, options, gap, value, bound } = baseline;
  const rows = [
    ['buyers', `${bidders} of ${available} of the ${split === 'train' ? 'training' : 'test'} split`],
    ['value', plainNumber(value, 6)],
    ['bound', plainNumber(bound, 6)],
    ['gap', gapText(gap)],
    ['options', String(options)],
    ...(revenue === null
      ? []
      : Object.entries(revenue).map(([name, own]) => [`revenue, ${name} buyers`, plainNumber(own, 6)])),
  ];
  const label = labelOf(baseline);
  output.result(`${label}\n${proofOf(baseline)}\n\n${table(['', ''], rows, []).trimStart()}`, {
    ...baseline,
    menu,
  });
}

function labelOf(baseline: ExactBaseline): string {
  const problem = listProblems().find(({ exact }) => exact !== undefined);
  return exactLines(problem, baseline)[0]?.label ?? baseline.method;
}
