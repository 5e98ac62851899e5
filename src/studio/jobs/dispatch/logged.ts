/** What a run's log has already, so that messages which a studio reads once more are not written down twice. */
import type { RunRecord } from '../../../shared/run.ts';
import type { FromRun } from '../../../shared/training-session.ts';
import type { Journal } from '../journal.ts';
import { DamageError } from '../../store/checksum.ts';
import { stateEvent } from '../../store/events.ts';
import type { ReadableStore } from '../../store/types.ts';

/** What is said of a task in the log of its run. */
export class TaskLog {
  readonly #journal: Journal;
  readonly #run: RunRecord;
  /** Whether a studio before this one has written it down. */
  readonly has: (message: FromRun) => boolean;

  constructor(journal: Journal, run: RunRecord, has: (message: FromRun) => boolean) {
    this.#journal = journal;
    this.#run = run;
    this.has = has;
  }

  say(level: 'info' | 'warning', message: string): void {
    const { id, step } = this.#run;
    if (this.has({ type: 'log', seq: 0, runId: id, level, message })) return;
    this.#journal.write((store) =>
      store.addEvent(id, { kind: 'log', step, message: `${level}: ${message}` }),
    );
  }
}

/** @returns whether the log has what a message would add to it; to be asked of each in order */
export function loggedBefore(store: ReadableStore, run: RunRecord): (message: FromRun) => boolean {
  let known: ReadonlySet<string> | undefined;
  let paused = run.state === 'paused';
  const has = (kind: string, message: string): boolean => {
    known ??= eventsOf(store, run.id);
    return known.has(`${kind} ${message}`);
  };
  return (message) => {
    switch (message.type) {
      case 'log':
        return has('log', `${message.level}: ${message.message}`);
      case 'checkpointed':
        return has('checkpoint', `checkpoint at step ${message.step}`);
      case 'paused':
        if (has('state', stateEvent('paused', message.reason, 0).message)) return true;
        paused = true;
        return false;
      case 'resumed': {
        const wasPaused = paused;
        paused = false;
        return !wasPaused;
      }
      case 'ready':
      case 'paired':
      case 'progress':
      case 'metrics':
      case 'alerts':
      case 'ended':
      case 'refused':
        return false;
    }
  };
}

function eventsOf(store: ReadableStore, run: string): ReadonlySet<string> {
  try {
    return new Set(store.events(run).map(({ kind, message }) => `${kind} ${message}`));
  } catch (error) {
    // Nobody can read them anyway.
    if (error instanceof DamageError) return new Set();
    throw error;
  }
}
