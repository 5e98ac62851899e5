/** `evaluate`: a run's menu, or one in a file, before other buyers. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { counted } from '../../shared/counted.ts';
import { AppError } from '../../shared/errors.ts';
import type { BuyersMean, Earned, Evaluated } from '../../shared/menus/evaluation.ts';
import { plainNumber } from '../../shared/number-format.ts';
import type { RunRecord } from '../../shared/run.ts';
import type { TrainedRun } from '../../shared/trainer-protocol.ts';
import { evaluateMenu, trainedRun } from '../../studio/menus.ts';
import { absolutePath } from '../../studio/prepare.ts';
import { dataDirOf, findRuns, withReadableStore, type CommonOptions } from '../context.ts';
import { onEnding } from '../ending.ts';
import { createOutput, table } from '../output.ts';

interface EvaluateOptions extends CommonOptions {
  readonly run?: string;
  readonly menu?: string;
  readonly bidders: string;
}

export function addEvaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .description(
      "sell a run's menu to the buyers of CATS files: revenue with its interval, beside prices fitted on the run's training buyers",
    )
    .option('--run <id>', 'the run that learned the menu, and on whose training buyers prices are fitted')
    .option('--menu <file>', "a menu as CSV (export --format menu writes one) in the place of the run's own")
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
  const run = options.run === undefined ? null : runNamed(options.run, options);
  const abort = new AbortController();
  const stopListening = onEnding({ ask: () => abort.abort() });
  try {
    const bidders = absolutePath(options.bidders);
    const menu = options.menu === undefined ? null : resolve(options.menu);
    const found = await evaluateMenu(run?.outcome ?? null, { bidders, menu }, abort.signal);
    const document = { run: run?.record.id ?? null, menuFile: menu, bidders, ...found };
    output.result(text(found, menu ?? `run ${run?.record.id ?? ''}`, bidders), document);
  } finally {
    stopListening();
  }
}

function runNamed(
  name: string,
  options: EvaluateOptions,
): { readonly record: RunRecord; readonly outcome: TrainedRun } {
  return withReadableStore(options, (store) => {
    const runs = findRuns(store, [name]);
    const [record] = runs;
    if (record === undefined || runs.length > 1) {
      throw new AppError('validation', `"${name}" names ${runs.length} runs; evaluate takes one run`);
    }
    return { record, outcome: trainedRun(record, dataDirOf(options)) };
  });
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
      ['', 'revenue a buyer', 'menu / this', 'sold', 'welfare a buyer'],
      [
        row('menu', found.menu, undefined),
        ...(posted === null
          ? []
          : [
              row('bundle price', posted.bundlePrice, posted.bundlePrice.ratio),
              row('price a size', posted.sizePrices, posted.sizePrices.ratio),
              row('item prices', posted.itemPrices, posted.itemPrices.ratio),
            ]),
      ],
      ['revenue a buyer', 'menu / this', 'sold', 'welfare a buyer'],
    ),
    '',
    `Bought: ${used} of ${counted(found.options, 'option')}. ${counted(irViolations, 'buyer')} paid more than what they got is worth to them; to ${counted(dsicViolations, 'buyer')} another option would have given more.`,
    ...(posted === null ? [] : ["The prices beside the menu are fitted on the run's training buyers."]),
    ...found.notes,
    'Intervals of 95 %.',
  ].join('\n');
}

function withInterval({ mean, standardError }: BuyersMean, errorsEachSide: number | null): string {
  if (standardError === null || errorsEachSide === null) return plainNumber(mean);
  return `${plainNumber(mean)} ± ${plainNumber(standardError * errorsEachSide, 2)}`;
}
