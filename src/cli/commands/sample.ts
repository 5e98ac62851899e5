/** `sample`: draws by Gumbel noise, counted and tested against their law. */
import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { counted } from '../../shared/counted.ts';
import { decodeText } from '../../shared/decode-text.ts';
import { AppError, validationError } from '../../shared/errors.ts';
import { plainNumber } from '../../shared/number-format.ts';
import { samplingStudySchema, type ResultOf, type SamplingStudy } from '../../shared/sampling.ts';
import { lawTests } from '../../studio/law-tests.ts';
import type { CommonOptions } from '../context.ts';
import { runInLab } from '../lab.ts';
import { numberList } from '../number-list.ts';
import { createOutput, table } from '../output.ts';
import { numberOption } from '../request.ts';

interface SampleOptions extends CommonOptions {
  readonly samples: string;
  readonly seed: string;
  readonly logits?: string;
  readonly k?: string;
  readonly values?: string;
  readonly tree?: string;
  readonly width?: string;
}

/** Rows shown of a long list; --json has them all. */
const SHOWN = 20;

export function addSampleCommand(program: Command): void {
  const verb = program.command('sample');
  const common = (name: string, description: string, samples: string) =>
    verb
      .command(name)
      .description(description)
      .option('--samples <n>', 'draws', samples)
      .option('--seed <n>', 'seed of the noise', '1')
      .exitOverride();
  common('gumbel-max', 'argmax of logits + Gumbel noise, against softmax', '100000')
    .requiredOption('--logits <numbers>', 'separated by commas, or @file')
    .action((_own: unknown, command: Command) => run('gumbel-max', command));
  common('top-k', 'k draws without replacement, and estimates from them', '100000')
    .requiredOption('--logits <numbers>', 'separated by commas, or @file')
    .option('--k <n>', 'number of draws', '2')
    .option('--values <numbers>', 'f of each option, to estimate its mean; or @file')
    .action((_own: unknown, command: Command) => run('top-k', command));
  common('beam', 'stochastic beam search on a tree, compared with draws from all its leaves', '10000')
    .requiredOption(
      '--tree <json>',
      'the root\'s children, as JSON or a file: [{"p":0.6,"children":[{"p":0.5},{"p":0.5}]},{"p":0.4}]',
    )
    .option('--width <n>', 'number of leaves drawn', '2')
    .action((_own: unknown, command: Command) => run('beam', command));
}

async function run(kind: SamplingStudy['kind'], command: Command): Promise<void> {
  const options = command.optsWithGlobals<SampleOptions>();
  const parsed = samplingStudySchema.safeParse({
    kind,
    samples: numberOption('--samples', options.samples),
    seed: numberOption('--seed', options.seed),
    ...(options.logits === undefined ? {} : { logits: numberList(options.logits, '--logits') }),
    ...(options.k === undefined ? {} : { k: numberOption('--k', options.k) }),
    ...(options.values === undefined ? {} : { values: numberList(options.values, '--values') }),
    ...(options.tree === undefined ? {} : { tree: parseTree(options.tree) }),
    ...(options.width === undefined ? {} : { width: numberOption('--width', options.width) }),
  });
  if (!parsed.success) throw validationError(parsed.error, `sample ${kind}`);
  const output = createOutput(options.json === true);
  const result = await runInLab(parsed.data, output);
  const tests = lawTests(result);
  const rows = tests.map((test) => [
    test.hypothesis,
    ...(test.method === 'chi-square'
      ? [`chi-square ${plainNumber(test.statistic)}`, `${counted(test.degrees, 'degree')} of freedom`]
      : [`drawn ${test.drawn}`, `expected ${plainNumber(test.expected, 3)}, exact binomial test`]),
    plainNumber(test.p, 3),
  ]);
  const text = [
    textOf(result),
    ...(rows.length === 0 ? [] : ['', table(['test', 'statistic', 'law', 'p'], rows, ['p'])]),
  ].join('\n');
  output.result(text, { ...result, tests });
}

function textOf(result: ResultOf<SamplingStudy['kind']>): string {
  switch (result.kind) {
    case 'gumbel-max':
      return [
        listed(
          ['option', 'probability', 'drawn'],
          result.probabilities.map((p, i) => [
            String(i),
            plainNumber(p),
            plainNumber(result.counts[i]! / result.samples),
          ]),
        ),
        '',
        `mean of the maximum ${estimate(result.maximum)}; location ${plainNumber(result.location)} plus Euler's constant is ${plainNumber(result.location + 0.5772156649)}`,
      ].join('\n');
    case 'top-k':
      return [
        listed(
          ['option', 'probability', `among ${result.k}`, 'drawn'],
          result.probabilities.map((p, i) => [
            String(i),
            plainNumber(p),
            plainNumber(result.inclusion?.[i]),
            plainNumber(result.included[i]! / result.samples),
          ]),
        ),
        ...(result.estimates === null ? [] : ['', estimates(result.estimates)]),
      ].join('\n');
    case 'beam':
      return listed(
        ['leaf', 'probability', 'stochastic beam', 'top-k of all'],
        result.leaves.map(({ path, probability, stochastic, flat }) => [
          path.join('.'),
          plainNumber(probability),
          plainNumber(stochastic / result.samples),
          plainNumber(flat / result.samples),
        ]),
      );
  }
}

function estimates({ exact, ...others }: NonNullable<ResultOf<'top-k'>['estimates']>): string {
  const rows = Object.entries(others).map(([name, found]) => [name, estimate(found)]);
  return table(['mean of f', ''], [['exact', plainNumber(exact)], ...rows]);
}

function estimate({ mean, standardError }: { mean: number; standardError: number }): string {
  return `${plainNumber(mean)} (standard error ${plainNumber(standardError, 2)})`;
}

function listed(head: string[], rows: string[][]): string {
  const shown = table(head, rows.slice(0, SHOWN), head.slice(1));
  return rows.length > SHOWN ? `${shown}\n${rows.length - SHOWN} more; --json has them all` : shown;
}

function parseTree(text: string): unknown {
  const isFile = !text.trimStart().startsWith('[') && existsSync(text);
  const source = isFile ? (decodeText(readFileSync(text)) ?? '') : text;
  try {
    return JSON.parse(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('validation', `--tree: expected JSON or the path of a file with JSON; ${reason}`, {
      path: 'tree',
      cause: error,
    });
  }
}
