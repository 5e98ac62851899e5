/** When a run that a trainer works on is over, and how: how long the trainer may take, and what its end says of the run. */
import type { RunState } from '../../shared/run.ts';
import type { FromRun } from '../../shared/training-session.ts';
import type { TrainerExit } from './trainer-process.ts';

/** How long a trainer may take. */
export interface RunLimits {
  /** One that has not ended so many milliseconds after it was asked to is killed. */
  readonly stopMs: number;
  /** One that is silent for so long is said to be silent. */
  readonly silenceMs: number;
  /** In these words. */
  readonly silent: (since: Date) => string;
}

/** Of a trainer of this machine: a healthy one sends something twice a second. */
export const HERE: RunLimits = {
  stopMs: 20_000,
  silenceMs: 60_000,
  silent: () =>
    'no sign of life from the trainer for a minute; the step may be very long, or the trainer may have hung ("stop" ends it)',
};
/** When one is killed where the studio itself ends: nothing that a trainer computes may hold that up. */
export const CLOSING_LIMIT_MS = 6000;

interface Ending {
  readonly exit: TrainerExit;
  /** Why nothing that the trainer said counts; undefined: all of it does. */
  readonly failure: string | undefined;
  /** What the trainer itself said last; undefined: it had no time for it. */
  readonly outcome: Extract<FromRun, { type: 'ended' }> | undefined;
  /** What it was asked; undefined: nothing. */
  readonly asked: { readonly how: 'stopped' | 'interrupted'; readonly reason: string } | undefined;
}

/** The final state of a run, and why. */
export function endOf({ exit, failure, outcome, asked }: Ending): { state: RunState; reason: string } {
  if (failure !== undefined) return { state: 'failed', reason: failure };
  if (exit.verdict !== undefined) return exit.verdict;
  if (outcome !== undefined) return outcome;
  if (asked !== undefined) {
    return {
      state: asked.how,
      reason: `${asked.reason} (the trainer was killed before its last checkpoint)`,
    };
  }
  if (exit.signal !== null) {
    const said = exit.output === '' ? '' : `: ${exit.output}`;
    return { state: 'interrupted', reason: `the trainer process died (${exit.signal})${said}` };
  }
  return { state: 'failed', reason: `the trainer process ended with code ${exit.code}: ${exit.output}` };
}
