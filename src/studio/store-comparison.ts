/** From a prepared experiment to what the store and the data folder have of it: a comparison with its runs, and what forks begin from. */
import { join } from 'node:path';
import type { ComparisonRecord, RunRecord } from '../shared/run.ts';
import type { ForkPoint } from './forks/fork-point.ts';
import { forkStart, writeOrigin } from './forks/origin.ts';
import type { Prepared } from './prepare.ts';
import type { Store } from './store/types.ts';

interface Place {
  readonly store: Store;
  readonly dataDir: string;
}

/**
 * All of it or nothing is there afterwards.
 * @param id undefined: a new one
 * @throws AppError disk-full, external
 */
export function storeComparison(
  place: Place,
  prepared: Prepared,
  name: string,
  id?: string,
): { readonly comparison: ComparisonRecord; readonly runs: readonly RunRecord[] } {
  const { variants, point, backend, problem, preset, baselines, variantBaselines } = prepared;
  const { verdict, sweep, guide, executor } = prepared;
  const made = place.store.createComparison({
    ...(id === undefined ? {} : { id }),
    ...{ name, problem, preset, baselines, variantBaselines, verdict, sweep, guide, executor },
    backend: backend.name,
    runs: variants.flatMap(({ name: variant, experiment }) =>
      experiment.runs.map((spec) => ({
        spec: { ...spec, backend: backend.name },
        steps: experiment.steps,
        ...(variant === null ? {} : { variant }),
        ...(point === null ? {} : { fork: forkStart(point, spec) }),
      })),
    ),
  });
  if (point !== null) keepOrigins(place, made.runs, point);
  return made;
}

/** Without what it begins from a fork is nothing: then none is there. */
function keepOrigins({ store, dataDir }: Place, runs: readonly RunRecord[], point: ForkPoint): void {
  try {
    for (const { id, spec } of runs) writeOrigin(join(dataDir, 'runs', id), point, spec);
  } catch (error) {
    store.removeRuns(runs.map(({ id }) => id));
    throw error;
  }
}
