/** `evaluate`: a run's menu, or one in a file, before other buyers. */
import type { Command } from 'commander';
import { counted } from '../../shared/counted.ts';
import { AppError } from '../../shared/errors.ts';
import {
  evaluatedSchema,
  evaluationInputSchema,
  type BuyersMean,
  type Earned,
  type Evaluated,
} from '../../shared/menus/evaluation.ts';
import { plainNumber } from '../../shared/number-format.ts';
import { listProblems, withAbsolutePaths } from '../../studio/catalog.ts';
import { sourceOf } from '../../studio/find-run.ts';
import { ask } from '../../studio/jobs/ask.ts';
import { absolutePath } from '../../studio/prepare.ts';
import { dataDirOf, findOneRun, type CommonOptions } from '../context.ts';
import { untilEnding } from '../ending.ts';
import { createOutput, table } from '../output.ts';

const QUESTION = 'evaluate';

interface EvaluateOptions extends CommonOptions {
  readonly run?: string;
  readonly menu?: string;
  readonly bidders: string;
}

export function addEvaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .option('--run <id>', 'the run that learned the menu; prices are fitted on its training buyers')
    .option('--menu <file>', "a menu as CSV (export --format menu writes one) in place of the run's own")
    .requiredOption('--bidders <path>', 'a CATS file, a folder of them, or sample:<name>')
    .action(async (_own: unknown, command: Command) => {
      await evaluate(command.optsWithGlobals<EvaluateOptions>());
    });
}

async function evaluate(options: EvaluateOptions): Promise<void> {
  const output = createOutput(options.json === true);
  if (options.run === undefined && options.menu === undefined) {
    throw new AppError('validation', 'evaluate: expected --run <id>, --menu <file> or both');
  }
  const run = options.run === undefined ? null : findOneRun(options, options.run);
  const problem = run?.spec.problem ?? problemThatAnswers(QUESTION);
  const asked = { bidders: options.bidders, menu: options.menu ?? null };
  const input = withAbsolutePaths(problem, 'question', QUESTION, asked, absolutePath);
  const source = run === null ? null : sourceOf(run, dataDirOf(options));
  const answer = await untilEnding((signal) =>
    ask(
      'question',
      { problem, run: source, question: QUESTION, input },
      { signal, onLog: (message) => output.note(message) },
    ),
  );
  const found = evaluatedSchema.parse(answer);
  const { bidders, menu } = evaluationInputSchema.parse(input);
  const document = { run: run?.id ?? null, menuFile: menu, bidders, ...found };
  output.result(text(found, menu ?? `run ${run?.id ?? ''}`, bidders), document);
}

/** The one that a question is asked without a run. */
function problemThatAnswers(question: string): string {
  const found = listProblems().find(({ questions }) => questions.some(({ name }) => name === question));
  if (found === undefined) throw new AppError('internal', `no problem answers the question "${question}"`);
  return found.id;
}

function text(found: Evaluated, menu: string, bidders: string): string {
  const { errorsEachSide, posted } = found;
  const row = (name: string, earned: Earned, ratio: BuyersMean | null | undefined) => [
    name,
    withInterval(earned.revenue, errorsEachSide),
    ratio === undefined ? '' : ratio === null ? '-' : withInterval(ratio, errorsEachSide),
    plainNumber(earned.sold),
    withInterval(earned.welfare, errorsEachSide),
  ];
  const { used, irViolations, dsicViolations } = found.menu;
  return [
    `${menu} before ${counted(found.buyers, 'buyer')} of ${bidders}`,
    '',
    table(
      ['', 'revenue per buyer', 'menu / this', 'sold', 'welfare per buyer'],
      [
        row('menu', found.menu, undefined),
        ...(posted === null
          ? []
          : [
              row('bundle price', posted.bundlePrice, posted.bundlePrice.ratio),
              row('price per size', posted.sizePrices, posted.sizePrices.ratio),
              row('item prices', posted.itemPrices, posted.itemPrices.ratio),
            ]),
      ],
      ['revenue per buyer', 'menu / this', 'sold', 'welfare per buyer'],
    ),
    '',
    `Bought: ${used} of ${counted(found.options, 'option')}. ${counted(irViolations, 'buyer')} paid more than their bundle is worth to them; ${counted(dsicViolations, 'buyer')} would have gained more from another option.`,
    ...(posted === null ? [] : ["The prices next to the menu are fitted on the run's training buyers."]),
    ...found.notes,
    '95 % intervals.',
  ].join('\n');
}

function withInterval({ mean, standardError }: BuyersMean, errorsEachSide: number | null): string {
  if (standardError === null || errorsEachSide === null) return plainNumber(mean);
  return `${plainNumber(mean)} ± ${plainNumber(standardError * errorsEachSide, 2)}`;
}
