/** How `run` is told what a sweep searches, how, and what ends it. */
import type { Command } from 'commander';
import { assigned } from '../shared/assignments.ts';
import { AppError, validationError } from '../shared/errors.ts';
import {
  budgetNames,
  MOST_VARIANTS,
  searchMethods,
  searchSchema,
  type Search,
  type SweepOver,
} from '../shared/sweep/request.ts';
import { readSweepOver, SWEEP_HINT } from '../shared/sweep/text.ts';
import { parseCount } from './parse-count.ts';

export interface SearchOptions {
  readonly sweep?: readonly string[];
  readonly search?: string;
  readonly trials?: number;
  readonly searchSeed?: string;
  /** True: without a value. */
  readonly halving?: string | true;
  readonly budget?: string;
}

export function addSearchOptions(
  command: Command,
  collect: (value: string, all: string[]) => string[],
): Command {
  return command
    .option(
      '--sweep <key=values>',
      'a key with values, e.g. temperature=0.5,1,2 or estimators.reinforce.samples=1,4, or with a range, e.g. temperature=0.1..2:log or classes=2..64:int; each setting is a variant; repeatable',
      collect,
      [],
    )
    .option(
      '--search <method>',
      `how settings are chosen: ${searchMethods.join(', ')} (default: a grid of lists, Sobol points where there is a range)`,
    )
    .option(
      '--trials <n>',
      'settings that random and sobol try (default: 16)',
      parseCount('trials', MOST_VARIANTS),
    )
    .option('--search-seed <n>', 'seed of the search: another one draws other settings (default: 1)')
    .option(
      '--halving [min=steps,eta=n]',
      'successive halving: at min, min·eta, min·eta^2, ... steps, only the best one in eta continues (default: three rungs, eta=3)',
    )
    .option(
      '--budget <limit=n,...>',
      `budget of the whole sweep: ${budgetNames.join(', ')}; the first one spent ends it (steps, evaluations and minutes of all runs together)`,
    );
}

/** The sweep of the options, by key. @throws AppError `validation` that names the option */
export function sweepOption({ sweep = [] }: SearchOptions): Readonly<Record<string, SweepOver>> {
  return Object.fromEntries(
    sweep.map((text) => {
      const at = text.indexOf('=');
      const over = at < 1 ? undefined : readSweepOver(text.slice(at + 1));
      if (over !== undefined) return [text.slice(0, at), over];
      throw new AppError('validation', `--sweep ${text}: expected key=${SWEEP_HINT}`, { path: 'sweep' });
    }),
  );
}

/** Undefined: the options say nothing. @throws AppError `validation` that names the option */
export function searchOption(options: SearchOptions): Search | undefined {
  const { search: method, trials, searchSeed, halving, budget } = options;
  const given = {
    ...(method === undefined ? {} : { method }),
    ...(trials === undefined ? {} : { trials }),
    ...(searchSeed === undefined ? {} : { seed: Number(searchSeed) }),
    ...(halving === undefined
      ? {}
      : { halving: halving === true ? {} : assigned(halving.split(','), '--halving') }),
    ...(budget === undefined ? {} : { budget: assigned(budget.split(','), '--budget') }),
  };
  if (Object.keys(given).length === 0) return undefined;
  const parsed = searchSchema.safeParse(given);
  if (!parsed.success) throw validationError(parsed.error, '--search');
  return parsed.data;
}
