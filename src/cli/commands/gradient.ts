/** `gradient`: an estimator's mean, error and variance beside the exact gradient, without any training. */
import { readFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { AppError, validationError } from '../../shared/errors.ts';
import {
  gradientTaskSchema,
  type GradientResult,
  type GradientTask,
  type Interval,
} from '../../shared/gradient.ts';
import { listEstimators } from '../../studio/catalog.ts';
import type { CommonOptions } from '../context.ts';
import { runInLab } from '../lab.ts';
import { figure } from '../numbers.ts';
import { createOutput, table } from '../output.ts';
import { parseAssignment } from '../request.ts';

interface GradientOptions extends CommonOptions {
  readonly distribution: 'categorical' | 'bernoulli';
  readonly logits: string;
  readonly objective: string;
  readonly estimator: string;
  readonly set: readonly string[];
  readonly temperature: string;
  readonly samples: string;
  readonly seed: string;
}

export function addGradientCommand(
  program: Command,
  collect: (value: string, all: string[]) => string[],
): void {
  program
    .command('gradient')
    .description(
      'sample a gradient estimator: mean, standard error and variance for each logit beside the exact gradient',
    )
    .addOption(
      new Option('--distribution <kind>', 'one choice of K values, or D bits')
        .choices(['categorical', 'bernoulli'])
        .default('categorical'),
    )
    .requiredOption('--logits <numbers>', 'K (or D) numbers with commas between, or @file with such a list')
    .requiredOption(
      '--objective <text>',
      'f: table:1,2,0.5 (one number a value of z; of several bits the last changes fastest) or expr:"cos(k)", expr:"sum((z-0.45)^2)" with k the index, z the one-hot vector or the bits',
    )
    .requiredOption('--estimator <id>', '"gumbel-studio estimators" lists them')
    .option('--set <key=value>', 'a setting of the estimator, e.g. eta=1; repeatable', collect, [])
    .option('--temperature <number>', 'of the relaxation, where the estimator has one', '1')
    .option('--samples <n>', 'independent estimates to draw', '100000')
    .option('--seed <n>', 'seed of the noise', '1')
    .addHelpText(
      'after',
      '\nThe gradient is that of E f for the logits; the variance is that of one estimate. Estimators with state (moving\naverages, learned control variates) are sampled in their state of step 0.',
    )
    .action(async (_own: unknown, command: Command) => {
      await gradient(command.optsWithGlobals<GradientOptions>());
    });
}

async function gradient(options: GradientOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const task = taskOf(options);
  const result = await runInLab(task, output);
  output.result(text(task, result), {
    estimator: result.estimator,
    samples: result.samples,
    evaluationsPerSample: result.evaluationsPerSample,
    coordinates: result.coordinates,
  });
}

function taskOf(options: GradientOptions): GradientTask {
  const { distribution, objective, estimator } = options;
  const settings: Record<string, unknown> = {};
  let temperature: unknown = numberOf(options.temperature, '--temperature');
  for (const assignment of options.set) {
    const [path, value] = parseAssignment(assignment);
    const key = path.join('.');
    if (key === '__proto__')
      throw new AppError('validation', `--set ${assignment}: there is no such setting`);
    // The relaxation's temperature is not a setting of most estimators, but it is what people look for there.
    if (key === 'temperature' && !hasSetting(estimator, key)) temperature = value;
    else settings[key] = value;
  }
  const parsed = gradientTaskSchema.safeParse({
    kind: 'gradient',
    distribution,
    logits: numbers(options.logits),
    objective,
    estimator,
    settings,
    temperature,
    samples: numberOf(options.samples, '--samples'),
    seed: numberOf(options.seed, '--seed'),
  });
  if (!parsed.success) throw validationError(parsed.error, 'gradient');
  return parsed.data;
}

function hasSetting(id: string, key: string): boolean {
  const schema = listEstimators().find((estimator) => estimator.id === id)?.settings;
  const properties: unknown =
    typeof schema === 'object' && schema !== null ? Reflect.get(schema, 'properties') : undefined;
  return typeof properties === 'object' && properties !== null && Object.hasOwn(properties, key);
}

function numberOf(word: string, option: string): number {
  const value = word.trim() === '' ? Number.NaN : Number(word);
  if (!Number.isNaN(value)) return value;
  throw new AppError('validation', `${option} ${word}: expected a number`, { path: option.slice(2) });
}

function numbers(list: string): number[] {
  const words = (list.startsWith('@') ? contents(list.slice(1)) : list).trim();
  if (words === '') {
    throw new AppError(
      'validation',
      '--logits: found nothing; expected numbers with commas between, e.g. 0.1,-0.3',
      {
        path: 'logits',
      },
    );
  }
  return words.split(/\s*,\s*|\s+/).map((word, i) => {
    const value = word === '' ? Number.NaN : Number(word);
    if (Number.isFinite(value)) return value;
    throw new AppError(
      'validation',
      `--logits: number ${i + 1} is ${JSON.stringify(word.slice(0, 40))}; expected finite numbers with commas between, e.g. 0.1,-0.3`,
      { path: 'logits' },
    );
  });
}

function contents(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new AppError('not-found', `--logits @${path}: the file cannot be read; check the path`, {
      cause: error,
    });
  }
}

const MOST_ROWS = 50;

function text(task: GradientTask, result: GradientResult): string {
  const rows = result.coordinates.slice(0, MOST_ROWS).map(({ exact, mean, standardError, variance }, i) => {
    const bias = exact === null ? undefined : mean - exact;
    return [
      String(i),
      figure(exact, 6),
      figure(mean, 6),
      figure(standardError, 3),
      figure(bias, 3),
      bias === undefined || standardError === 0 ? '-' : figure(bias / standardError, 3),
      figure(variance, 6),
    ];
  });
  const head = ['logit', 'exact', 'mean', 's.e.', 'bias', 'z', 'variance'];
  const left = result.coordinates.length - rows.length;
  const { bias, variance, mse, cosine } = result.figures;
  return [
    `${result.estimator}: ${result.samples} estimates of the gradient of E f for the logits, ${result.evaluationsPerSample} evaluations of f each, seed ${task.seed}`,
    '',
    table(head, rows, head),
    ...(left > 0 ? [`and ${left} more; --json has all`] : []),
    '',
    table(
      ['over all logits', '', '95 % interval'],
      [
        ['norm of the bias', ...cells(bias)],
        ['variance, summed', ...cells(variance)],
        ['mean squared error', ...cells(mse)],
        ['cosine to the exact gradient', ...cells(cosine)],
      ],
      [''],
    ),
    ...(result.coordinates[0]?.exact === null
      ? ['', 'f has too many values to go through, so that no exact gradient is known.']
      : []),
  ].join('\n');
}

function cells(interval: Interval | null): string[] {
  return interval === null
    ? ['-', '-']
    : [figure(interval.value), `${figure(interval.low)} to ${figure(interval.high)}`];
}
