/** What the address has the form begin from: a run or comparison to copy or fork, and changes to whatever it begins from. */
import { AppError } from '../../../shared/errors.ts';
import { isObject, type JsonObject } from '../../../shared/config-path.ts';
import type { ExperimentRequest } from '../../../shared/experiment.ts';
import { idSchema } from '../../../shared/contract/texts.ts';
import type { ProblemDescriptor } from '../../../shared/descriptor.ts';
import { catalog } from '../../api/catalog.svelte.ts';
import { studio } from '../../api/studio.svelte.ts';
import { jsonObject, type Parameter } from '../../page/ignored.ts';
import type { Draft } from './draft.svelte.ts';

type Query = Readonly<Record<string, string>>;

const requests = {
  fork: (id: string) => studio.call(({ runs }) => runs.fork({ id })),
  clone: (id: string) => studio.call(({ runs }) => runs.clone({ id })),
  comparison: (id: string) => studio.call(({ comparisons }) => comparisons.clone({ id })),
};
export type Copied = keyof typeof requests;
export const copied = Object.keys(requests) as Copied[];

const isEstimator = (id: string) => catalog.estimators.some((one) => one.id === id);

/** @returns null: there is nothing of this id */
export async function requestOf(key: Copied, id: string): Promise<ExperimentRequest | null> {
  if (!idSchema.safeParse(id).success) return null;
  try {
    return await requests[key](id);
  } catch (error) {
    if (error instanceof AppError && error.kind === 'not-found') return null;
    throw error;
  }
}

/** What the address names beside what the form begins from. */
export function change(draft: Draft, { config, estimators, settings = '{}' }: Query): void {
  if (config !== undefined) draft.config = { ...draft.config, ...readConfig(config) };
  const known = (estimators ?? '').split(',').filter(isEstimator);
  if (known.length === 0) return;
  for (const { id } of catalog.estimators) draft.toggleEstimator(id, known.includes(id));
  for (const [id, own] of Object.entries(readConfig(settings))) if (isObject(own)) draft.setSettings(id, own);
}

/**
 * What the address may name beside the run or comparison that is copied.
 * @param shown whose form it is
 */
export function newRunParameters(shown: ProblemDescriptor): Readonly<Record<string, Parameter>> {
  return {
    problem: { knows: (id) => catalog.problem(id) !== undefined, instead: `${shown.label} is shown` },
    preset: {
      knows: (id) => shown.presets.some((preset) => preset.id === id),
      instead: `the form has the defaults of ${shown.label}`,
    },
    config: jsonObject('no key is changed'),
    estimators: { knows: isEstimator, separator: ',', instead: 'the others are as usual' },
    settings: jsonObject('settings are the defaults'),
    help: { knows: (on) => on === 'problem' || isEstimator(on), instead: 'no help is open' },
  };
}

/** JSON; nothing where it is none. */
function readConfig(written: string): JsonObject {
  try {
    const value: unknown = JSON.parse(written);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
