/** `gradient`: an estimator's mean, error and variance beside the exact gradient, without any training. */
import { Option, type Command } from 'commander';
import type { z } from 'zod';
import { readAssignment } from '../../shared/assignments.ts';
import { isObject, valueAt } from '../../shared/config-path.ts';
import { AppError, validationError } from '../../shared/errors.ts';
import {
  continuousNames,
  continuousParameters,
  distributionNames,
  gradientTaskSchema,
  isContinuous,
  sweepTaskSchema,
  type DistributionName,
} from '../../shared/gradient.ts';
import { listEstimators } from '../../studio/catalog.ts';
import type { CommonOptions } from '../context.ts';
import { gradientText, sweepText } from '../gradient-text.ts';
import { runInLab } from '../lab.ts';
import { numberList } from '../number-list.ts';
import { createOutput } from '../output.ts';
import { numberOption } from '../request.ts';

interface GradientOptions extends CommonOptions {
  readonly distribution: DistributionName;
  readonly logits?: string;
  readonly parameters?: string;
  readonly objective: string;
  readonly estimator: string;
  readonly set: readonly string[];
  readonly temperature: string;
  readonly warmUp: string;
  readonly sweep?: string;
  readonly samples: string;
  readonly seed: string;
}

export function addGradientCommand(
  program: Command,
  collect: (value: string, all: string[]) => string[],
): void {
  program
    .command('gradient')
    .addOption(
      new Option('--distribution <name>', 'one choice of K values, D bits, or a real number z')
        .choices(distributionNames)
        .default('categorical'),
    )
    .option(
      '--logits <numbers>',
      'K (or D) numbers separated by commas, or @file: such a list, one column as CSV, or NPY',
    )
    .option('--parameters <numbers>', 'parameters of a continuous distribution, in the order below')
    .requiredOption(
      '--objective <text>',
      'f: table:1,2,0.5 (one number per value of z; with several bits, the last changes fastest) or expr:"cos(k)", expr:"sum((z-0.45)^2)", expr:"z[0]*z[1]", expr:"sum(z[i]*z[i+1], i, 0, n-2)" with k the index, z the one-hot vector, the bits or the real number, z[0] its first of n entries',
    )
    .requiredOption('--estimator <id>', '"gumbel-studio estimators" lists them')
    .option('--set <key=value>', 'a setting of the estimator, e.g. eta=1; repeatable', collect, [])
    .option('--temperature <number>', 'temperature of the relaxation, where the estimator has one', '1')
    .option('--warm-up <steps>', "steps that train the estimator's own state (eta, baselines) first", '0')
    .option(
      '--sweep <key=values>',
      'try several values of a setting or of the temperature: samples=1,2,4, eta=0.5,1, temperature=0.1,1',
    )
    .option('--samples <n>', 'independent estimates to draw', '100000')
    .option('--seed <n>', 'seed of the noise', '1')
    .addHelpText(
      'after',
      `\nThe gradient is that of E f with respect to the logits, or to the parameters of a continuous distribution:\n${continuousNames.map((name) => `  ${name}: ${Object.keys(continuousParameters[name]).join(', ')}`).join('\n')}\n\nThe variance is that of one estimate. Estimators with state (moving\naverages, learned baselines and control variates) are sampled in their state of step 0, or in that after --warm-up: as many\nsteps of Adam, 64 samples and a learning rate of 0.01 each, with the logits as they are.`,
    )
    .action(async (_own: unknown, command: Command) => {
      await gradient(command.optsWithGlobals<GradientOptions>());
    });
}

async function gradient(options: GradientOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const asked = caseOf(options);
  if (options.sweep !== undefined) {
    const task = checked(sweepTaskSchema, { ...asked, kind: 'sweep', ...sweepOf(options.sweep) });
    const result = await runInLab(task, output);
    const { estimator, over, points } = result;
    output.result(sweepText(task, result), { estimator, over, points });
    return;
  }
  const task = checked(gradientTaskSchema, { ...asked, kind: 'gradient' });
  const result = await runInLab(task, output);
  output.result(gradientText(task, result), {
    estimator: result.estimator,
    samples: result.samples,
    evaluationsPerSample: result.evaluationsPerSample,
    ...(task.warmUp > 0 && { warmedUp: result.warmedUp }),
    coordinates: result.coordinates,
    unseen: result.unseen,
    doubts: result.doubts,
    figures: result.figures,
  });
}

function caseOf(options: GradientOptions) {
  const { distribution, objective, estimator } = options;
  const settings: Record<string, unknown> = {};
  let temperature: unknown = numberOption('--temperature', options.temperature);
  for (const assignment of options.set) {
    const [key, value] = readAssignment(assignment, `--set ${assignment}`);
    // The relaxation's temperature is not a setting of most estimators, but it is what people look for there.
    if (key === 'temperature' && !hasSetting(estimator, key)) temperature = value;
    else settings[key] = value;
  }
  return {
    distribution,
    logits: numbersOf(options),
    objective,
    estimator,
    settings,
    temperature,
    samples: numberOption('--samples', options.samples),
    seed: numberOption('--seed', options.seed),
    warmUp: numberOption('--warm-up', options.warmUp),
  };
}

/** The logits, or what stands in their place. */
function numbersOf({ distribution, logits, parameters }: GradientOptions): number[] {
  const [needed, other] = isContinuous(distribution)
    ? ['--parameters', logits === undefined ? '' : '--logits']
    : ['--logits', parameters === undefined ? '' : '--parameters'];
  const given = isContinuous(distribution) ? parameters : logits;
  if (given !== undefined && other === '') return numberList(given, needed);
  const order = isContinuous(distribution)
    ? ` ${Object.keys(continuousParameters[distribution]).join(',')}`
    : '';
  const found = other === '' ? 'nothing' : other;
  const message = `${needed}${order}: expected with --distribution ${distribution}, found ${found}; give ${needed} alone`;
  throw new AppError('validation', message, { path: needed.slice(2) });
}

function checked<T>(schema: z.ZodType<T>, task: unknown): T {
  const parsed = schema.safeParse(task);
  if (!parsed.success) throw validationError(parsed.error, 'gradient');
  return parsed.data;
}

function sweepOf(text: string): { over: string; values: number[] } {
  const at = text.indexOf('=');
  const over = text.slice(0, Math.max(0, at)).trim();
  if (over === '' || over === '__proto__') {
    throw new AppError(
      'validation',
      `--sweep ${text}: expected a setting and its values, e.g. temperature=0.1,0.5,1`,
      { path: 'sweep' },
    );
  }
  return { over, values: numberList(text.slice(at + 1), `--sweep ${over}`) };
}

function hasSetting(id: string, key: string): boolean {
  const schema = listEstimators().find((estimator) => estimator.id === id)?.settings;
  const properties = valueAt(schema, 'properties');
  return isObject(properties) && Object.hasOwn(properties, key);
}
