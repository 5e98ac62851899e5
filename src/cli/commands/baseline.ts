/** `baseline`: a solver on the data of a comparison or of a config, with the options that those of menus have. */
import { Argument, type Command } from 'commander';
import { DEFAULT_TIME_LIMIT } from '../../shared/solution.ts';
import { listSolvers } from '../../studio/catalog.ts';
import { numberOption } from '../request.ts';
import { solve, withData, type Collect, type DataOptions, type Settings } from './solve.ts';

interface BaselineOptions extends DataOptions {
  readonly split?: string;
  readonly bidders?: string;
  readonly timeLimit?: string;
}

export function addBaselineCommand(program: Command, collect: Collect): void {
  const solvers = listSolvers().filter(({ needsData }) => needsData);
  const names = [...new Set(solvers.map(({ name }) => name))];
  withData(
    program
      .command('baseline')
      .addArgument(new Argument('<method>', '"gumbel-studio problems" describes them').choices(names)),
    collect,
  )
    .option(
      '--split <name>',
      'train: computed on the training split, evaluated on all; test: computed on the test split',
    )
    .option(
      '--bidders <n>',
      'how many bidders of the split to use (default: as many as about a minute solves)',
    )
    .option(
      '--time-limit <seconds>',
      `stop then, with the best result so far and the bound (default: ${DEFAULT_TIME_LIMIT})`,
    )
    .action(async (method: string, _own: unknown, command: Command) => {
      const options = command.optsWithGlobals<BaselineOptions>();
      process.exitCode = await solve(method, baselineSettings(options), options);
    });
}

function baselineSettings({ split, bidders, timeLimit }: BaselineOptions): Settings {
  return {
    ...(split === undefined ? {} : { split }),
    ...(bidders === undefined ? {} : { bidders: numberOption('--bidders', bidders) }),
    ...(timeLimit === undefined ? {} : { timeLimit: numberOption('--time-limit', timeLimit) }),
  };
}
