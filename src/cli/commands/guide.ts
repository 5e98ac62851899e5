/** `guide`: a short paired sweep of one setting that ends in a recommendation. */
import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import type { ExperimentRequest } from '../../shared/experiment.ts';
import { guideWithin, leftOutOf, temperatureGuide } from '../../studio/comparisons/guide/plan.ts';
import { estimate } from '../../studio/estimate.ts';
import { comparisonsReport } from '../comparison-report.ts';
import { dataDirOf, type CommonOptions } from '../context.ts';
import { runLive } from '../live.ts';
import { createOutput } from '../output.ts';
import { ONE_BY_ONE_HELP, parseCount, parseJobs } from '../parse-count.ts';
import { buildRequest, numberOption, type RequestOptions } from '../request.ts';
import { start, startThere } from '../starting.ts';

interface GuideOptions extends CommonOptions, RequestOptions {
  readonly steps?: number;
  readonly minutes?: string;
  readonly jobs?: number;
  readonly oneByOne?: boolean;
}

const MOST_STEPS = 100_000_000;

export function addGuideCommand(program: Command, collect: (value: string, all: string[]) => string[]): void {
  program
    .command('guide')
    .argument('<setting>', 'what to choose: temperature')
    .option('--problem <id>', 'problem to train ("gumbel-studio problems" lists them)')
    .option('--preset <id>', 'a preset of the problem; the guide tries temperatures around its own')
    .option(
      '--estimator <ids>',
      'estimators, separated by commas; those that use no temperature are left out',
    )
    .option('--seeds <list>', 'as for run (default: 3)')
    .option('--set <key=value>', 'override one config key, as for run; repeatable', collect, [])
    .option('--config <file>', 'JSON file with a config, or with a whole request')
    .option('--backend <name>', 'auto, wasm, webgpu, tensorflow-gpu, tensorflow or cpu')
    .option('--name <text>', 'name of the comparison')
    .option(
      '--steps <n>',
      'steps of each run (default: a fifth of those of the preset)',
      parseCount('steps', MOST_STEPS),
    )
    .option('--minutes <m>', 'as many steps as take about this long, measured first')
    .option('--jobs <n>', 'CPU trainers at once (default: the number of cores)', parseJobs)
    .option('--one-by-one', ONE_BY_ONE_HELP)
    .action(async (setting: string, _own: unknown, command: Command) => {
      process.exitCode = await guide(setting, command.optsWithGlobals<GuideOptions>());
    });
}

async function guide(setting: string, options: GuideOptions): Promise<number> {
  if (setting !== 'temperature') {
    throw new AppError(
      'validation',
      `guide ${setting}: there is only a guide to the temperature; use "guide temperature"`,
      {
        path: 'setting',
      },
    );
  }
  const output = createOutput(options.json === true);
  const asked = buildRequest(options);
  const { steps } = options;
  const minutes = minutesOf(options);
  // What is wrong is said before the folder is locked.
  const usual = temperatureGuide(asked, steps);
  const left = leftOutOf(asked);
  if (left.length > 0) output.note(`left out, because they use no temperature: ${left.join(', ')}`);
  const within = async (timed: Parameters<typeof guideWithin>[2]): Promise<ExperimentRequest> => {
    const request = minutes === undefined ? usual : await guideWithin(asked, minutes, timed);
    output.note(
      `${request.variants!.map(({ name }) => name).join(', ')}; ${String(request.config['steps'])} of ${request.guide!.wholeSteps} steps`,
    );
    return request;
  };
  const { jobs, oneByOne } = options;
  const live = { dataDir: dataDirOf(options), verb: 'guide', jobs, oneByOne, output };
  return runLive(live, {
    begin: async (studio, signal) => {
      const request = await within((wanted) => estimate(studio, wanted, signal));
      return start(studio, request, output, signal);
    },
    hand: async (door, signal) => {
      const request = await within((wanted) => door.client.experiments.estimate(wanted, { signal }));
      return startThere(door, request, { output, signal, dataDir: live.dataDir });
    },
    report(store, runs) {
      const { text, document } = comparisonsReport(store, runs);
      output.result(text, document);
      return Promise.resolve();
    },
  });
}

function minutesOf({ minutes: given, steps }: GuideOptions): number | undefined {
  if (given === undefined) return undefined;
  const minutes = numberOption('--minutes', given);
  if (minutes <= 0) {
    throw new AppError('validation', `--minutes ${given}: expected a number above 0`, { path: 'minutes' });
  }
  if (steps !== undefined) {
    throw new AppError('validation', '--minutes and --steps both set the length; give only one of them', {
      path: 'minutes',
    });
  }
  return minutes;
}
