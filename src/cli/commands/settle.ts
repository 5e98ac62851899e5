/** `settle`: train the further seeds that would settle a comparison. */
import type { Command } from 'commander';
import { counted } from '../../shared/counted.ts';
import { trainedByText } from '../../shared/executor-words.ts';
import { MOST_SEEDS } from '../../shared/experiment.ts';
import { plainDuration } from '../../shared/number-format.ts';
import { queueSettling, storedPlan, type SettlingPlan } from '../../studio/comparisons/verdict/settle.ts';
import { comparisonsReport } from '../comparison-report.ts';
import { dataDirOf, findComparison, withReadableStore, type CommonOptions } from '../context.ts';
import { runLive } from '../live.ts';
import { createOutput } from '../output.ts';
import { ONE_BY_ONE_HELP, parseCount, parseJobs } from '../parse-count.ts';
import { VERDICT_HELP, verdictOption } from '../verdict-option.ts';

interface SettleOptions extends CommonOptions {
  readonly jobs?: number;
  readonly oneByOne?: boolean;
  readonly more?: number;
  readonly verdict?: string;
  readonly dryRun?: boolean;
}

export function addSettleCommand(program: Command): void {
  program
    .command('settle')
    .argument('<id>', 'comparison, or the first characters of its id')
    .option(
      '--more <n>',
      'train this many more seeds, whatever the verdict says',
      parseCount('more', MOST_SEEDS),
    )
    .option('--verdict <key=value,...>', VERDICT_HELP)
    .option('--dry-run', 'print what would be trained and how long it would take, and exit')
    .option('--jobs <n>', 'CPU trainers at once (default: the number of cores)', parseJobs)
    .option('--one-by-one', ONE_BY_ONE_HELP)
    .action(async (id: string, _own: unknown, command: Command) => {
      process.exitCode = await settle(id, command.optsWithGlobals<SettleOptions>());
    });
}

async function settle(id: string, options: SettleOptions): Promise<number> {
  const output = createOutput(options.json === true);
  const verdict = verdictOption(options.verdict);
  const asked = {
    ...(verdict === undefined ? {} : { verdict }),
    ...(options.more === undefined ? {} : { seeds: options.more }),
  };
  // What is wrong is said before the folder is locked.
  const { plan, by } = withReadableStore(options, (store) => {
    const comparison = findComparison(store, id, 'settle');
    const by = trainedByText(store.comparison(comparison)?.executor);
    return { plan: storedPlan(store, comparison, asked), by };
  });
  if (options.dryRun === true) {
    output.result(planText(plan, by), { ...plan, runs: plan.runs.length });
    return 0;
  }
  output.note(planText(plan, by));
  const { jobs, oneByOne } = options;
  const live = { dataDir: dataDirOf(options), verb: 'settle', jobs, oneByOne, output };
  return runLive(live, {
    begin: (studio) =>
      Promise.resolve(queueSettling(studio, storedPlan(studio.store, plan.comparison, asked))),
    hand: async ({ client }) => (await client.comparisons.settle({ id: plan.comparison, ...asked })).ids,
    report(store, runs) {
      const { text, document } = comparisonsReport(store, runs);
      output.result(text, document);
      return Promise.resolve();
    },
  });
}

/** @param by what trains them */
function planText({ comparison, seeds, groups, runs, seconds }: SettlingPlan, by: string): string {
  const which = seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds[0]} to ${seeds.at(-1)}`;
  const time = seconds === null ? '' : `, about ${plainDuration(seconds)} of training`;
  return `comparison ${comparison}: ${which} of ${counted(groups.length, 'row')}, ${counted(runs.length, 'run')}${time}${by}`;
}
