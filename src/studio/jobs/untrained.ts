/** What is said of a run that no trainer speaks for: it waits, or came to its end without one. */
import type { RunRecord, RunState } from '../../shared/run.ts';
import type { RunUpdate } from '../live/progress-throttle.ts';
import { stateEvent } from '../store/events.ts';
import type { Journal } from './journal.ts';

/** It stands where the store has it. */
export function untrainedUpdate(run: RunRecord, state: RunState, reason: string): RunUpdate {
  const { step, steps, seconds, evaluations, metrics: last } = run;
  return { run, state, reason, progress: { step, steps, seconds, stepsPerSecond: 0, evaluations }, last };
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
