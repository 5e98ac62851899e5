/** Which tasks that an earlier studio handed over are followed on, and which nobody wants any more. */
import { pendingStates, type RunRecord } from '../../../shared/run.ts';
import type { StoredSubmission } from '../../executors/submission.ts';
import type { Store } from '../../store/types.ts';

interface Adopted {
  /** Runs by the number of their task, as they are followed. */
  readonly followed: ReadonlyMap<number, RunRecord>;
  /** Why a task is to end, by its number. */
  readonly unwanted: ReadonlyMap<number, string>;
}

/**
 * What was said of engines and folders in the reasons of live runs is taken back, as it is found out anew; one that waits hears of it at the first poll.
 * @param isOurs whether nobody else follows a run
 * @param ended of runs that were asked to end while nobody could tell their tasks, and why
 */
export function adopted(
  store: Store,
  submission: StoredSubmission,
  isOurs: (run: string) => boolean,
  ended: ReadonlyMap<string, string>,
): Adopted {
  const followed = new Map<number, RunRecord>();
  const unwanted = new Map<number, string>();
  const remarked: string[] = [];
  for (const [number, id] of submission.runs.entries()) {
    const run = storedOf(store, id);
    if (isPending(run) && isOurs(id)) {
      const isRemarked = run.state === 'running' && run.reason !== '';
      if (isRemarked) remarked.push(id);
      followed.set(number, isRemarked ? { ...run, reason: '' } : run);
    } else if (run === 'deleted' || ended.has(id)) unwanted.set(number, ended.get(id) ?? 'deleted');
  }
  if (remarked.length > 0) store.updateRuns(remarked.map((id) => ({ id, patch: { reason: '' } })));
  return { followed, unwanted };
}

/** Those that are not at their end, of ids. */
export function pendingOf(store: Store, ids: readonly string[]): readonly string[] {
  return ids.filter((id) => isPending(storedOf(store, id)));
}

/** Undefined: nobody can read it. */
function storedOf(store: Store, id: string): RunRecord | 'deleted' | undefined {
  return store.damagedRun(id) === undefined ? (store.run(id) ?? 'deleted') : undefined;
}

function isPending(run: RunRecord | 'deleted' | undefined): run is RunRecord {
  return run !== undefined && run !== 'deleted' && pendingStates.includes(run.state);
}
