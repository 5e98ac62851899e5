import { flatten, type JsonObject } from '../../shared/config-path.ts';
import type { ExperimentRequest } from '../../shared/experiment.ts';
import { writeSeeds } from '../../shared/seeds.ts';

/** The request as the command that starts the same experiment, for a POSIX shell. */
export function commandLine(request: ExperimentRequest): string {
  const { problem, preset, name, config, estimators, settings, seeds, backend, from, sweep = {} } = request;
  const option = (flag: string, value: string | undefined) =>
    value === undefined ? [] : [flag, quoted(value)];
  const assignments = [
    // An object that replaces another one whole (it has a kind) stays whole.
    ...flatten(config, { whole: hasKind }),
    ...flatten(settings, { prefix: 'estimators', whole: hasKind }),
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
    ...assignments.flatMap(([key, value]) => option('--set', `${key}=${JSON.stringify(value)}`)),
    ...Object.entries(sweep).flatMap(([key, values]) => option('--sweep', `${key}=${values.join(',')}`)),
  ].join(' ');
}

function hasKind(value: JsonObject): boolean {
  return 'kind' in value;
}

function quoted(text: string): string {
  return /^[\w.,:/=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
