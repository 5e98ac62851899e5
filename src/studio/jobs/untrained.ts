/** What is said of a run that no trainer speaks for: it waits, or came to its end without one. */
import type { RunRecord, RunState } from '../../shared/run.ts';
import type { Progress } from '../../shared/training-session.ts';
import type { RunUpdate } from '../live/progress-throttle.ts';
import { DamageError } from '../store/checksum.ts';
import { stateEvent } from '../store/events.ts';
import type { Store } from '../store/types.ts';
import type { Journal } from './journal.ts';

/** Where the store has a run that is not trained at this moment. */
export function storedProgress({ step, steps, seconds, evaluations }: RunRecord): Progress {
  return { step, steps, seconds, stepsPerSecond: 0, evaluations };
}

/** It stands where the store has it. */
export function untrainedUpdate(run: RunRecord, state: RunState, reason: string): RunUpdate {
  return { run, state, reason, progress: storedProgress(run), last: run.metrics };
}

type Patches = Parameters<Store['updateRuns']>[0];

/** In one transaction, as each takes its time; one run that is damaged must not hold up the others. */
export function updateTogether(store: Store, patches: Patches): void {
  try {
    store.updateRuns(patches);
  } catch (error) {
    if (!(error instanceof DamageError)) throw error;
    for (const one of patches) if (patches.length > 1) updateTogether(store, [one]);
  }
}

/** Writes its end down. @returns what is to be told of it */
export function endUntrained(journal: Journal, run: RunRecord, state: RunState, reason: string): RunUpdate {
  const { id, step } = run;
  journal.write((store) => {
    store.updateRun(id, { state, reason, endedAt: Date.now() });
    store.addEvent(id, stateEvent(state, reason, step));
  });
  return untrainedUpdate(run, state, reason);
}
