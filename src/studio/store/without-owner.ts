/**
 * A store as it is to be read where its studio may be gone: a run that is live or queued in the store, in a data folder that nobody
 * holds, was interrupted, unless an executor trains it. The next studio writes that down; a reader need not wait for it.
 */
import type { ExecutorChoice } from '../../shared/executor.ts';
import { pendingStates, type RunRecord, type RunState } from '../../shared/run.ts';
import { DamageError } from './checksum.ts';
import type { ReadableStore, RunFilter, StoredRuns } from './types.ts';

/** Why a run of such a state is interrupted where its studio is gone. */
export function orphanReason({ state, startedAt }: RunRecord): string {
  if (state !== 'queued') return 'the studio ended while this run was live';
  return startedAt === null
    ? 'the studio ended before this run started'
    : 'the studio ended while this run waited to go on';
}

/** Whether nobody works on a run where its studio is gone. What an executor trains goes on without one (docs/adr/0026). */
export function isOrphanIn(store: ReadableStore): (run: Pick<RunRecord, 'comparison' | 'state'>) => boolean {
  const elsewhere = new Map<string, boolean>();
  const isElsewhere = (comparison: string): boolean => {
    const known = elsewhere.get(comparison) ?? executorOf(store, comparison) !== null;
    elsewhere.set(comparison, known);
    return known;
  };
  return ({ comparison, state }) => pendingStates.includes(state) && !isElsewhere(comparison);
}

/** Of a comparison that cannot be read nobody knows, and its runs are as those of any other. */
export function executorOf(store: ReadableStore, comparison: string): ExecutorChoice | null {
  try {
    return store.comparison(comparison)?.executor ?? null;
  } catch (error) {
    if (error instanceof DamageError) return null;
    throw error;
  }
}

/** @param isHeld whether a studio owns the folder now */
export function withoutOwner(store: ReadableStore, isHeld: () => boolean): ReadableStore {
  const isOrphan = isOrphanIn(store);
  const seen = (run: RunRecord): RunRecord =>
    isOrphan(run) ? { ...run, state: 'interrupted', reason: orphanReason(run) } : run;
  /** Looked at after reading too: a studio that has just begun makes live runs of its own. */
  const read = <T>(asStored: () => T, corrected: () => T): T => {
    if (isHeld()) return asStored();
    const found = corrected();
    return isHeld() ? asStored() : found;
  };
  const corrected = ({ limit = Infinity, offset = 0, ...filter }: RunFilter): StoredRuns => {
    const { states } = filter;
    if (states === undefined || !states.some(isInQuestion)) {
      const { runs, damaged } = store.storedRuns({
        ...filter,
        ...(limit === Infinity ? {} : { limit }),
        offset,
      });
      return { runs: runs.map(seen), damaged };
    }
    const { runs, damaged } = store.storedRuns({
      ...filter,
      states: [...new Set([...states, ...pendingStates])],
    });
    const found = runs.map(seen).filter(({ state }) => states.includes(state));
    return { runs: found.slice(offset, offset + limit), damaged };
  };
  return {
    ...store,
    run: (id) =>
      read(
        () => store.run(id),
        () => {
          const run = store.run(id);
          return run && seen(run);
        },
      ),
    runs: (filter = {}) =>
      read(
        () => store.runs(filter),
        () => corrected(filter).runs,
      ),
    storedRuns: (filter = {}) =>
      read(
        () => store.storedRuns(filter),
        () => corrected(filter),
      ),
    countRuns: (filter = {}) =>
      read(
        () => store.countRuns(filter),
        () =>
          filter.states?.some(isInQuestion) === true
            ? corrected(filter).runs.length
            : store.countRuns(filter),
      ),
  };
}

/** States that a run may have in the store or here, and not in the other. */
function isInQuestion(state: RunState): boolean {
  return state === 'interrupted' || pendingStates.includes(state);
}
