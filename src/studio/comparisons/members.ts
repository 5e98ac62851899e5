/** Which runs a comparison is about: those of a stored one, or any that were chosen. */
import { AppError } from '../../shared/errors.ts';
import type { ComparisonRecord, RunRecord } from '../../shared/run.ts';
import type { ReadableStore } from '../store/types.ts';

/** The id of a stored comparison, or ids of runs. */
export interface ComparisonTarget {
  readonly id?: string;
  readonly runs?: readonly string[];
}

export interface Members {
  /** Null for runs that were chosen one by one. */
  readonly comparison: ComparisonRecord | null;
  readonly runs: readonly RunRecord[];
  /** Ids that were asked for and are not (or no longer) there. */
  readonly missing: readonly string[];
}

/**
 * Runs of a stored comparison without archived ones; chosen runs as chosen, archived or not, each once.
 * @throws AppError `not-found` if there is no such comparison, or none of the runs
 */
export function membersOf(store: ReadableStore, { id, runs: ids = [] }: ComparisonTarget): Members {
  if (id !== undefined) {
    const comparison = store.comparison(id);
    if (comparison === undefined) {
      throw new AppError('not-found', `there is no comparison ${id}; it may have been deleted`);
    }
    const runs = store.runs({ comparison: id }).filter((run) => run.archivedAt === null);
    return { comparison, runs, missing: [] };
  }
  const found = [...new Set(ids)].map((wanted) => ({ wanted, run: store.run(wanted) }));
  const runs = found.flatMap(({ run }) => run ?? []);
  if (runs.length === 0) {
    throw new AppError('not-found', 'none of these runs is here; they may have been deleted');
  }
  return {
    comparison: null,
    runs,
    missing: found.flatMap(({ wanted, run }) => (run === undefined ? [wanted] : [])),
  };
}
