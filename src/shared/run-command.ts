/** A request for a comparison as a command. */
import { writeAssignments, writeVariant } from './assignments.ts';
import type { ExperimentRequest } from './experiment.ts';
import { writeSeeds } from './seeds.ts';
import { shellWord } from './shell-word.ts';

/** The request as the command that starts the same experiment, for a POSIX shell. */
export function commandLine(request: ExperimentRequest): string {
  const { problem, preset, name, estimators, seeds, backend, from, variants } = request;
  const { sweep = {}, verdict = {} } = request;
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
    ...Object.entries(sweep).flatMap(([key, values]) => option('--sweep', `${key}=${values.join(',')}`)),
    ...option('--verdict', assignmentsOf(verdict)),
  ].join(' ');
}

/** Undefined: it says nothing. */
function assignmentsOf(verdict: NonNullable<ExperimentRequest['verdict']>): string | undefined {
  const parts = Object.entries(verdict).map(([key, value]) => `${key}=${value}`);
  return parts.length === 0 ? undefined : parts.join(',');
}
