/** Which runs a comparison is about: those of a stored one, or any that were chosen. */
import type { DamagedRun } from '../../shared/contract/damaged-run.ts';
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
  /** Left out: they cannot be read. */
  readonly damaged: readonly DamagedRun[];
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
    const { runs, damaged } = store.storedRuns({ comparison: id });
    return { comparison, runs: runs.filter((run) => run.archivedAt === null), missing: [], damaged };
  }
  const wanted = [...new Set(ids)].map((id) => ({ id, damage: store.damagedRun(id) }));
  const damaged = wanted.flatMap(({ damage }) => damage ?? []);
  const found = wanted
    .filter(({ damage }) => damage === undefined)
    .map(({ id: wanted }) => ({ wanted, run: store.run(wanted) }));
  const runs = found.flatMap(({ run }) => run ?? []);
  if (runs.length === 0 && damaged.length === 0) {
    throw new AppError('not-found', 'none of these runs is here; they may have been deleted');
  }
  return {
    comparison: null,
    runs,
    damaged,
    missing: found.flatMap(({ wanted, run }) => (run === undefined ? [wanted] : [])),
  };
}
