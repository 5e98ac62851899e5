/** A request for a comparison as a command. */
import { writeAssignments, writeVariant } from './assignments.ts';
import type { ExperimentRequest } from './experiment.ts';
import { executorWords } from './executor-words.ts';
import { writeSeeds } from './seeds.ts';
import { shellWord } from './shell-word.ts';
import { writeSweepOver } from './sweep/text.ts';

/** The request as the command that starts the same experiment, for a POSIX shell. */
export function commandLine(request: ExperimentRequest): string {
  const { problem, preset, name, estimators, seeds, backend, from, variants } = request;
  const { sweep = {}, search = {}, verdict = {} } = request;
  const option = (flag: string, value: string | undefined) =>
    value === undefined ? [] : [flag, shellWord(value)];
  return [
    'gumbel-studio run',
    ...option('--from', from),
    ...option('--problem', problem),
    ...option('--preset', preset),
    ...option('--estimator', estimators?.join(',')),
    ...option('--seeds', seeds && writeSeeds(seeds)),
    ...option('--backend', backend === 'auto' ? undefined : backend),
    ...option('--name', name),
    ...writeAssignments(request).flatMap((assignment) => option('--set', assignment)),
    ...(variants?.length === 0 ? ['--no-variants'] : []),
    ...(variants ?? []).flatMap((variant) => option('--variant', writeVariant(variant))),
    ...Object.entries(sweep).flatMap(([key, over]) => option('--sweep', `${key}=${writeSweepOver(over)}`)),
    ...option('--search', search.method),
    ...option('--trials', search.trials?.toString()),
    ...option('--search-seed', search.seed?.toString()),
    ...halving(search.halving),
    ...option('--budget', assignmentsOf(search.budget ?? {})),
    ...option('--verdict', assignmentsOf(verdict)),
    ...option('--executor', request.executor?.kind),
    ...(request.executor === undefined ? [] : executorWords(request.executor)).flatMap(([flag, value]) =>
      // As one word: a value may begin with a dash.
      [`${flag}=${shellWord(value)}`],
    ),
  ].join(' ');
}

/** Three rungs need no value. */
function halving(given: NonNullable<ExperimentRequest['search']>['halving']): string[] {
  if (given === undefined) return [];
  const text = assignmentsOf(given);
  return text === undefined ? ['--halving'] : ['--halving', text];
}

/** Undefined: it says nothing. */
function assignmentsOf(given: object): string | undefined {
  const parts = Object.entries(given).map(([key, value]) => `${key}=${value}`);
  return parts.length === 0 ? undefined : parts.join(',');
}
