/** When points were measured: no stored series, but made of the training time and the log. */
import { stateIn } from '../store/events.ts';
import type { RunEvent, Series } from '../store/types.ts';

/** Name of the series of training time without pauses, in seconds. */
export const SECONDS = 'seconds';

interface Idle {
  /** The run stood still after this step. */
  readonly step: number;
  readonly seconds: number;
}

/**
 * Seconds that passed for a person who waits: training time of each point plus all time in which the run stood still before it. Counted from the first step: neither the
 * wait in the queue nor the start of the trainer is in it.
 * @param seconds training time without pauses, by step
 * @param events of the run, oldest first; a state event says the step at which the state began
 */
export function wallTime(seconds: Series, events: readonly RunEvent[]): Series {
  const idle = idleTimes(events);
  const values = seconds.values.map((value, i) =>
    idle.reduce((sum, { step, seconds: stood }) => (step < seconds.steps[i]! ? sum + stood : sum), value),
  );
  return { steps: seconds.steps, values };
}

function idleTimes(events: readonly RunEvent[]): readonly Idle[] {
  const found: Idle[] = [];
  let since: RunEvent | undefined;
  for (const event of events) {
    const state = stateIn(event);
    if (state === undefined) continue;
    if (state !== 'running') since ??= event;
    else if (since !== undefined) {
      // A clock that was set back makes no negative time.
      found.push({ step: since.step, seconds: Math.max(0, event.at - since.at) / 1000 });
      since = undefined;
    }
  }
  return found;
}
