/** Asks one executor how all of its submissions stand: often while things change, less and less often where nothing does, or where nobody answers. */
import { isDeepStrictEqual } from 'node:util';
import { localTime } from '../../../node/local-time.ts';
import { toWireError } from '../../../shared/errors.ts';
import type { Executor, Submission, TaskStates } from '../../executors/executor.ts';
import type { RunLimits } from '../run-end.ts';

/** Milliseconds between two questions. */
export interface Pace {
  /** While things change. */
  readonly least: number;
  /** Where nothing changes. */
  readonly most: number;
  /** Where there is no answer. */
  readonly mostSilent: number;
}

/** A poll is followed by a rest of so many times its own length, so that neither this machine nor the engine is kept busy by it. */
const RESTS = 20;

const USUAL_PACE: Pace = { least: 2000, most: 60_000, mostSilent: 300_000 };

/** How long tasks and engines may take. */
export interface DispatchTimes {
  readonly pace: Pace;
  readonly limits: RunLimits;
  readonly secondLookMs: number;
  /** Between two rounds of what is done from time to time: files from other machines, places to go on from, folders to remove. */
  readonly roundMs: number;
  /** So long a task that is under way may take to find in its folder that it is to end, and for a checkpoint, before its engine is told. */
  readonly folderFirstMs: number;
}

export const USUAL_TIMES: DispatchTimes = {
  pace: USUAL_PACE,
  // Signals, schedulers and network file systems take their time.
  limits: { stopMs: 300_000, silenceMs: 600_000, silent: silentSince },
  secondLookMs: 30_000,
  roundMs: 5000,
  folderFirstMs: 5000,
};

/** Words for a task that says nothing. */
function silentSince(since: Date): string {
  return `no sign of life since ${localTime(since.getTime())}; its machine may be gone, or the run may have hung ("stop" ends it)`;
}

interface PollHost {
  readonly executor: Executor;
  /** As a person knows it. */
  readonly name: string;
  readonly pace: Pace;
  /** Those that are asked about; none: there is nothing to ask. */
  submissions(): readonly Submission[];
  onStates(states: ReadonlyMap<string, TaskStates>): Promise<void>;
  /** No answer, in a sentence; empty: there is one again. */
  onSilence(reason: string): void;
}

export class EnginePoll {
  readonly #host: PollHost;
  readonly #closing = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #asking = false;
  #delay: number;
  #known: ReadonlyMap<string, TaskStates> = new Map();

  constructor(host: PollHost) {
    this.#host = host;
    this.#delay = host.pace.least;
  }

  /** Something has changed that the engine will know of soon. */
  wake(): void {
    this.#delay = this.#host.pace.least;
    if (!this.#asking) this.#schedule();
  }

  close(): void {
    this.#closing.abort();
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#closing.signal.aborted || this.#host.submissions().length === 0) return;
    this.#timer = setTimeout(() => void this.#ask(), this.#delay);
  }

  async #ask(): Promise<void> {
    const { executor, pace } = this.#host;
    this.#asking = true;
    const askedAt = performance.now();
    try {
      const states = await executor.poll(this.#host.submissions(), this.#closing.signal);
      const took = performance.now() - askedAt;
      if (this.#closing.signal.aborted) return;
      this.#host.onSilence('');
      const changed = !isDeepStrictEqual(states, this.#known);
      this.#known = states;
      // Of thousands of tasks something always changes.
      const next = changed ? Math.max(pace.least, RESTS * took) : 2 * this.#delay;
      const most = Math.max(RESTS * took, executor.longestRest ?? pace.most);
      this.#delay = Math.min(next, most, pace.most);
      await this.#host.onStates(states);
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#delay = Math.min(2 * this.#delay, pace.mostSilent);
      this.#host.onSilence(silenceOf(this.#host.name, error, this.#delay));
    } finally {
      this.#asking = false;
    }
    this.#schedule();
  }
}

/** @param again milliseconds */
export function silenceOf(name: string, error: unknown, again: number): string {
  const { kind, message } = toWireError(error);
  const what = kind === 'disk-full' ? message : `${name} does not answer (${message})`;
  return `${what}; asked again in ${Math.max(1, Math.round(again / 1000))} s`;
}
