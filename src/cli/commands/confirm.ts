/** `confirm`: the best setting of a sweep on seeds that did not choose it. */
import type { Command } from 'commander';
import { counted } from '../../shared/counted.ts';
import { trainedByText } from '../../shared/executor-words.ts';
import { MOST_SEEDS } from '../../shared/experiment.ts';
import {
  confirmation,
  queueConfirmation,
  USUAL_FRESH_SEEDS,
} from '../../studio/comparisons/sweep/confirm.ts';
import { sweepResult } from '../../studio/comparisons/sweep/result.ts';
import type { NewComparison } from '../../studio/store/types.ts';
import { comparisonsReport } from '../comparison-report.ts';
import { dataDirOf, findComparison, withReadableStore, type CommonOptions } from '../context.ts';
import { runLive } from '../live.ts';
import { createOutput } from '../output.ts';
import { ONE_BY_ONE_HELP, parseCount, parseJobs } from '../parse-count.ts';

interface ConfirmOptions extends CommonOptions {
  readonly jobs?: number;
  readonly oneByOne?: boolean;
  readonly seeds?: number;
  readonly dryRun?: boolean;
}

export function addConfirmCommand(program: Command): void {
  program
    .command('confirm')
    .argument('<id>', 'comparison of the sweep, or the first characters of its id')
    .option(
      '--seeds <n>',
      `how many fresh seeds (default: ${USUAL_FRESH_SEEDS})`,
      parseCount('seeds', MOST_SEEDS),
    )
    .option('--dry-run', 'print what would be trained, and exit')
    .option('--jobs <n>', 'CPU trainers at once (default: the number of cores)', parseJobs)
    .option('--one-by-one', ONE_BY_ONE_HELP)
    .action(async (id: string, _own: unknown, command: Command) => {
      process.exitCode = await confirm(id, command.optsWithGlobals<ConfirmOptions>());
    });
}

async function confirm(id: string, options: ConfirmOptions): Promise<number> {
  const output = createOutput(options.json === true);
  // What is wrong is said before the folder is locked.
  const { sweep, wanted } = withReadableStore(options, (store) => {
    const comparison = findComparison(store, id, 'confirm');
    return { sweep: comparison, wanted: confirmation(store, comparison, options.seeds) };
  });
  if (options.dryRun === true) {
    const { confirms, runs } = wanted;
    output.result(planText(wanted), { ...confirms, runs: runs.length, seeds: seedsOf(wanted) });
    return 0;
  }
  output.note(planText(wanted));
  const { jobs, oneByOne } = options;
  const live = { dataDir: dataDirOf(options), verb: 'confirm', jobs, oneByOne, output };
  return runLive(live, {
    begin: (studio) =>
      Promise.resolve(queueConfirmation(studio, confirmation(studio.store, sweep, options.seeds)).runs),
    hand: async ({ client }) => {
      const seeds = options.seeds === undefined ? {} : { seeds: options.seeds };
      return (await client.comparisons.confirm({ id: sweep, ...seeds })).ids;
    },
    report(store, runs) {
      const { text, document } = comparisonsReport(store, runs);
      const sentence = sweepResult(store, sweep)?.sentence ?? '';
      output.result([sentence, '', text].join('\n'), document);
      return Promise.resolve();
    },
  });
}

function seedsOf({ runs }: NewComparison): readonly number[] {
  return [...new Set(runs.map(({ spec }) => spec.seed))];
}

function planText(wanted: NewComparison): string {
  const { confirms, runs, executor } = wanted;
  const seeds = seedsOf(wanted);
  const which = seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds[0]} to ${seeds.at(-1)}`;
  const settings = [...new Set(runs.map(({ variant }) => variant))].join(', and ');
  return `the best of ${confirms?.of ?? 0} trials: ${settings}; ${which}, ${counted(runs.length, 'run')}${trainedByText(executor)}`;
}
