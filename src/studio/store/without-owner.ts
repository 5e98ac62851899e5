/**
 * A store as it is to be read where its studio may be gone: a run that is live or queued in the store, in a data folder that nobody
 * holds, was interrupted. The next studio writes that down; a reader need not wait for it.
 */
import { pendingStates, type RunRecord, type RunState } from '../../shared/run.ts';
import type { ReadableStore, RunFilter } from './types.ts';

/** Why a run of such a state is interrupted where its studio is gone. */
export function orphanReason({ state, startedAt }: RunRecord): string {
  if (state !== 'queued') return 'the studio ended while this run was live';
  return startedAt === null
    ? 'the studio ended before this run started'
    : 'the studio ended while this run waited to go on';
}

/** @param isHeld whether a studio owns the folder now */
export function withoutOwner(store: ReadableStore, isHeld: () => boolean): ReadableStore {
  const seen = (run: RunRecord): RunRecord =>
    isOwned(run.state) ? { ...run, state: 'interrupted', reason: orphanReason(run) } : run;
  /** Looked at after reading too: a studio that has just begun makes live runs of its own. */
  const read = <T>(asStored: () => T, corrected: () => T): T => {
    if (isHeld()) return asStored();
    const found = corrected();
    return isHeld() ? asStored() : found;
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
        () => store.runs(storedAs(filter)).map(seen),
      ),
    storedRuns: (filter = {}) =>
      read(
        () => store.storedRuns(filter),
        () => {
          const { runs, damaged } = store.storedRuns(storedAs(filter));
          return { runs: runs.map(seen), damaged };
        },
      ),
    countRuns: (filter = {}) =>
      read(
        () => store.countRuns(filter),
        () => store.countRuns(storedAs(filter)),
      ),
  };
}

/** What the runs that a filter means are called in the store. */
function storedAs(filter: RunFilter): RunFilter {
  const { states } = filter;
  if (states === undefined) return filter;
  const others = states.filter((state) => !isOwned(state));
  return { ...filter, states: others.includes('interrupted') ? [...others, ...pendingStates] : others };
}

function isOwned(state: RunState): boolean {
  return pendingStates.includes(state);
}
