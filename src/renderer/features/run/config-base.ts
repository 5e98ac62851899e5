/** What a run's config is held against: the defaults, a preset, or another run, as the address names it. */
import type { ProblemDescriptor } from '../../../shared/descriptor.ts';
import { catalog } from '../../api/catalog.svelte.ts';
import { runs } from '../../api/runs.svelte.ts';
import { studio } from '../../api/studio.svelte.ts';
import { asSchema, completed } from '../../ui/schema-form/schema.ts';

export interface ConfigBase {
  /** Heads its column. */
  readonly label: string;
  readonly config: unknown;
  /** Of an estimator. */
  readonly settings: (estimator: string) => unknown;
}

/**
 * @param name `defaults`, `preset:<id>` or `run:<id>`
 * @throws AppError if the run is not there any more
 */
export async function readBase(name: string, problem: ProblemDescriptor): Promise<ConfigBase> {
  const [kind, id = ''] = name.split(':', 2);
  if (kind === 'run') {
    const { run } = await studio.call((client) => client.runs.get({ id }));
    const { spec } = run;
    return {
      label: run.name,
      config: spec.config,
      settings: (estimator) => (estimator === spec.estimator ? spec.settings : {}),
    };
  }
  const preset = kind === 'preset' ? problem.presets.find((one) => one.id === id) : undefined;
  const schema = asSchema(problem.config);
  return {
    label: preset?.label ?? 'Default',
    config: completed(schema, preset?.config ?? {}),
    settings: defaultSettings,
  };
}

/** Whether an address may name it: it is there. */
export function isBase(name: string, problem: ProblemDescriptor): boolean {
  const [kind, id = ''] = name.split(':', 2);
  if (kind === 'run') return runs.get(id) !== undefined;
  return name === 'defaults' || (kind === 'preset' && problem.presets.some((preset) => preset.id === id));
}

/**
 * What a run is held against when nobody has chosen: what it was made from.
 * @param parent id of the run that it is a fork of, if that is there; empty otherwise
 */
export function naturalBase(problem: ProblemDescriptor, preset: string | null, parent: string): string {
  if (parent !== '') return `run:${parent}`;
  return problem.presets.some(({ id }) => id === preset) ? `preset:${preset}` : 'defaults';
}

function defaultSettings(estimator: string): unknown {
  return completed(asSchema(catalog.estimators.find(({ id }) => id === estimator)?.settings), {});
}
