import { writeAssignments, writeVariant } from '../../shared/assignments.ts';
import type { ExperimentRequest } from '../../shared/experiment.ts';
import { writeSeeds } from '../../shared/seeds.ts';

/** The request as the command that starts the same experiment, for a POSIX shell. */
export function commandLine(request: ExperimentRequest): string {
  const { problem, preset, name, estimators, seeds, backend, from, variants, sweep = {} } = request;
  const option = (flag: string, value: string | undefined) =>
    value === undefined ? [] : [flag, quoted(value)];
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
  ].join(' ');
}

function quoted(text: string): string {
  return /^[\w.,:/=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
