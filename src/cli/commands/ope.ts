/** `ope`: what a policy would earn, by a log of what another one showed. */
import { statSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { assigned } from '../../shared/assignments.ts';
import { counted } from '../../shared/counted.ts';
import { AppError, validationError } from '../../shared/errors.ts';
import type { JobInput } from '../../shared/jobs.ts';
import { plainNumber } from '../../shared/number-format.ts';
import {
  lambdaChoices,
  opeEstimatorNames,
  opeSettingsSchema,
  OPE_DEFAULTS,
  withAbsoluteLog,
} from '../../shared/ope.ts';
import type { OpeEstimate, OpeResult, OpeSettings } from '../../shared/ope.ts';
import { sourceOf } from '../../studio/find-run.ts';
import { ask } from '../../studio/jobs/ask.ts';
import { absolutePath } from '../../studio/prepare.ts';
import { dataDirOf, findOneRun, type CommonOptions } from '../context.ts';
import { untilEnding } from '../ending.ts';
import { numberList } from '../number-list.ts';
import { createOutput, table } from '../output.ts';
import { numberOption } from '../request.ts';
import type { Collect } from './solve.ts';

interface OpeOptions extends CommonOptions {
  readonly log?: string;
  readonly policy: string;
  readonly estimators: string;
  readonly set: readonly string[];
  readonly lambda: readonly string[];
  readonly chooseLambda?: string;
  readonly folds: string;
  readonly rewardRange?: string;
  readonly estimatePropensities?: boolean;
  readonly resamples: string;
  readonly seed: string;
}

const SYNTHETIC = 'obp-synthetic';
const RUN = 'run:';

export function addOpeCommand(program: Command, collect: Collect): void {
  program
    .command('ope')
    .option(
      '--log <file>',
      `CSV file of the log; sample:men-random or a folder of the Open Bandit Dataset; or ${SYNTHETIC}`,
    )
    .requiredOption(
      '--policy <policy>',
      'uniform; run:<id>, which is judged on its own test rounds unless --log is given; or a CSV file with the columns round (or those of the context), item, probability',
    )
    .option(
      '--estimators <names>',
      `separated by commas, from ${opeEstimatorNames.join(', ')}`,
      OPE_DEFAULTS.estimators.join(),
    )
    .option(
      '--set <key=value>',
      'one key of the log, as in data.itemColumn=product or data.beta=-3; repeatable',
      collect,
      [],
    )
    .option(
      '--lambda <estimator=number>',
      'how much an estimator shrinks weights, inf for not at all; repeatable',
      collect,
      [],
    )
    .addOption(
      new Option(
        '--choose-lambda <how>',
        'choose lambda from the log, for all estimators that shrink',
      ).choices(lambdaChoices),
    )
    .option(
      '--folds <n>',
      'folds of the reward model over the judged rounds; 0: the training rounds of a generated log, 5 folds of a file',
      '0',
    )
    .option('--reward-range <low,high>', 'smallest and largest possible reward, for the bounds')
    .option(
      '--estimate-propensities',
      'estimate propensities that the log lacks, by multinomial logistic regression',
    )
    .option('--resamples <n>', 'resamples of the bootstrap', '1000')
    .option('--seed <n>', 'seed of the bootstrap', '1')
    .action(async (_own: unknown, command: Command) => {
      await ope(command.optsWithGlobals<OpeOptions>());
    });
}

async function ope(options: OpeOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const input = { policy: policyOf(options), data: dataOf(options), settings: settingsOf(options) };
  if (input.data === null && input.policy.kind !== 'run') {
    throw new AppError('validation', `ope: expected --log <file>, or --log ${SYNTHETIC}`, { path: 'log' });
  }
  const result = await untilEnding((signal) =>
    ask('ope', input, { signal, onLog: (message) => output.note(message) }),
  );
  output.result(() => text(result), result);
}

function policyOf(options: OpeOptions): JobInput<'ope'>['policy'] {
  const { policy } = options;
  if (policy === 'uniform') return { kind: 'uniform' };
  if (!policy.startsWith(RUN)) return { kind: 'file', path: absolutePath(policy) };
  const run = findOneRun(options, policy.slice(RUN.length));
  return { kind: 'run', run: sourceOf(run, dataDirOf(options)) };
}

/** Null: nothing is said of a log. */
function dataOf({ log, set }: OpeOptions): Readonly<Record<string, unknown>> | null {
  const { data: given, ...others } = assigned(set, '--set');
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw new AppError('validation', `--set ${other}: expected a key of the log, as in data.beta`, {
      path: other,
    });
  }
  const own = typeof given === 'object' && given !== null && !Array.isArray(given) ? given : {};
  if (log === undefined && Object.keys(own).length === 0) return null;
  return withAbsoluteLog({ ...(log === undefined ? {} : logOf(log)), ...own }, absolutePath);
}

function logOf(log: string): Readonly<Record<string, unknown>> {
  if (log === SYNTHETIC) return { kind: SYNTHETIC };
  const isOpenBandit =
    log.startsWith('sample:') || statSync(log, { throwIfNoEntry: false })?.isDirectory() === true;
  return { kind: isOpenBandit ? 'open-bandit' : 'csv', path: log };
}

function settingsOf(options: OpeOptions): OpeSettings {
  const parsed = opeSettingsSchema.safeParse({
    estimators: options.estimators
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .map((name) => knownEstimator(name, '--estimators')),
    lambdas: Object.fromEntries(
      Object.entries(assigned(options.lambda, '--lambda')).map(([name, value]) => [
        knownEstimator(name, '--lambda'),
        lambdaOf(name, value),
      ]),
    ),
    chooseLambda: options.chooseLambda ?? null,
    folds: numberOption('--folds', options.folds),
    rewardRange: options.rewardRange === undefined ? null : rangeOf(options.rewardRange),
    estimatePropensities: options.estimatePropensities === true,
    resamples: numberOption('--resamples', options.resamples),
    seed: numberOption('--seed', options.seed),
  });
  if (!parsed.success) throw validationError(parsed.error, 'ope');
  return parsed.data;
}

function knownEstimator(name: string, option: string): string {
  if ((opeEstimatorNames as readonly string[]).includes(name)) return name;
  throw new AppError(
    'validation',
    `${option}: expected some of ${opeEstimatorNames.join(', ')}, found ${JSON.stringify(name.slice(0, 40))}`,
    { path: option.slice(2) },
  );
}

/** Null: weights stay as they are. */
function lambdaOf(name: string, value: unknown): number | null {
  if (value === 'inf') return null;
  if (typeof value === 'number') return value;
  throw new AppError('validation', `--lambda ${name}: expected a number, or inf, as in --lambda ${name}=10`, {
    path: 'lambda',
  });
}

function rangeOf(text: string): readonly number[] {
  const range = numberList(text, '--reward-range');
  if (range.length === 2 && range[0]! < range[1]!) return range;
  throw new AppError(
    'validation',
    '--reward-range: expected the smallest and the largest possible reward, as in --reward-range 0,5',
    { path: 'reward-range' },
  );
}

function text({ log, policy, estimates, diagnostics, warnings, trueValue, loggedValue }: OpeResult): string {
  const numbers = ['value', 'standard error', 'interval', 'bound', 'lambda'];
  const rows = estimates.map((estimate) => [
    estimate.estimator,
    plainNumber(estimate.value, 5),
    plainNumber(estimate.standardError, 2),
    between(estimate),
    estimate.bernstein === null ? '' : between(estimate.bernstein),
    lambdaText(estimate),
  ]);
  const { rounds, effectiveSampleSize, halfRestsOn, meanWeight, meanWeightError } = diagnostics;
  return [
    `The policy ${policy} on ${counted(rounds, 'round')} of ${log}`,
    '',
    table(['', ...numbers], rows, numbers.slice(0, -1)),
    '',
    ...(trueValue === null ? [] : [`True value ${plainNumber(trueValue, 5)}.`]),
    `The log itself earned ${plainNumber(loggedValue, 5)} per round. Effective sample size ${plainNumber(effectiveSampleSize, 4)}; mean weight ${plainNumber(meanWeight, 4)} ± ${plainNumber(meanWeightError, 2)}; half of the estimate by ipw rests on ${counted(halfRestsOn, 'row')}.`,
    ...warnings.map((warning) => `! ${warning}`),
    '95 % intervals by bootstrap; 95 % bounds by empirical Bernstein, which hold at any number of rounds.',
  ].join('\n');
}

function between({ low, high }: { readonly low: number | null; readonly high: number | null }): string {
  return low === null ? '' : `${plainNumber(low, 4)} to ${plainNumber(high, 4)}`;
}

function lambdaText({ lambda, lambdaBy }: OpeEstimate): string {
  if (lambdaBy === null) return '';
  const value = lambda === null ? 'none' : plainNumber(lambda, 3);
  return lambdaBy === 'mse' || lambdaBy === 'slope' ? `${value} (chosen, ${lambdaBy})` : value;
}
