import type { ExperimentRequest } from '../../shared/experiment.ts';
import { writeSeeds } from '../../shared/seeds.ts';

/** The request as the command that starts the same experiment, for a POSIX shell. */
export function commandLine(request: ExperimentRequest): string {
  const { problem, preset, name, config, estimators, settings, seeds, backend, from, sweep = {} } = request;
  const option = (flag: string, value: string | undefined) =>
    value === undefined ? [] : [flag, quoted(value)];
  const assignments = [
    ...Object.entries(config).flatMap(([key, value]) => leaves(key, value)),
    ...Object.entries(settings).flatMap(([id, own]) => leaves(`estimators.${id}`, own)),
  ];
  return [
    'gumbel-studio run',
    ...option('--from', from),
    ...option('--problem', problem),
    ...option('--preset', preset),
    ...option('--estimator', estimators?.join(',')),
    ...option('--seeds', seeds && writeSeeds(seeds)),
    ...option('--backend', backend === 'auto' ? undefined : backend),
    ...option('--name', name),
    ...assignments.flatMap((assignment) => option('--set', assignment)),
    ...Object.entries(sweep).flatMap(([key, values]) => option('--sweep', `${key}=${values.join(',')}`)),
  ].join(' ');
}

/** `key=value` of every leaf; an object that replaces another one whole (it has a kind) stays whole. */
function leaves(key: string, value: unknown): string[] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !('kind' in value)) {
    return Object.entries(value).flatMap(([inner, nested]) => leaves(`${key}.${inner}`, nested));
  }
  return [`${key}=${JSON.stringify(value)}`];
}

function quoted(text: string): string {
  return /^[\w.,:/=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
