/** What the address has the form begin from: a run or comparison to copy or fork, and changes to whatever it begins from. */
import { AppError } from '../../../shared/errors.ts';
import { isObject, type JsonObject } from '../../../shared/config-path.ts';
import type { ExperimentRequest } from '../../../shared/experiment.ts';
import { idSchema } from '../../../shared/contract/texts.ts';
import { catalog } from '../../api/catalog.svelte.ts';
import { studio } from '../../api/studio.svelte.ts';
import type { Draft } from './draft.svelte.ts';

type Query = Readonly<Record<string, string>>;

const requests = {
  fork: (id: string) => studio.call(({ runs }) => runs.fork({ id })),
  clone: (id: string) => studio.call(({ runs }) => runs.clone({ id })),
  comparison: (id: string) => studio.call(({ comparisons }) => comparisons.clone({ id })),
};
export type Copied = keyof typeof requests;
export const copied = Object.keys(requests) as Copied[];

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
  const known = (estimators ?? '').split(',').filter((id) => catalog.estimators.some((one) => one.id === id));
  if (known.length === 0) return;
  for (const { id } of catalog.estimators) draft.toggleEstimator(id, known.includes(id));
  for (const [id, own] of Object.entries(readConfig(settings))) if (isObject(own)) draft.setSettings(id, own);
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
