/** Submissions whose folders cannot be read now: looked at again, less and less often. Until then their runs stay as they are, and say why. */
import { toWireError } from '../../../shared/errors.ts';
import type { Unread } from '../../executors/known-submissions.ts';
import { readSubmission, type StoredSubmission } from '../../executors/submission.ts';
import type { Pace } from './engine-poll.ts';

interface OutOfReachHost {
  readonly pace: Pace;
  onReason(run: string, reason: string): void;
  /** @param ended of these runs, which were asked to end meanwhile, and why */
  onBack(submission: StoredSubmission, ended: ReadonlyMap<string, string>): void;
}

interface Awaited {
  readonly folder: string;
  readonly runs: Set<string>;
  readonly ended: Map<string, string>;
  timer: NodeJS.Timeout | undefined;
}

export class OutOfReach {
  readonly #host: OutOfReachHost;
  readonly #awaited = new Set<Awaited>();

  constructor(host: OutOfReachHost) {
    this.#host = host;
  }

  /** @param runs of it that are not at their end */
  add({ folder, error }: Unread, runs: readonly string[]): void {
    const awaited: Awaited = { folder, runs: new Set(runs), ended: new Map(), timer: undefined };
    this.#awaited.add(awaited);
    this.#later(awaited, error, this.#host.pace.least);
  }

  /** Runs that wait for their folders. */
  get size(): number {
    let size = 0;
    for (const { runs } of this.#awaited) size += runs.size;
    return size;
  }

  has(run: string): boolean {
    return [...this.#awaited].some(({ runs }) => runs.has(run));
  }

  /** A run that is at its end: its task is to end when its folder is back. */
  end(run: string, reason: string): void {
    for (const { runs, ended } of this.#awaited) if (runs.delete(run)) ended.set(run, reason);
  }

  close(): void {
    for (const { timer } of this.#awaited) clearTimeout(timer);
    this.#awaited.clear();
  }

  #later(awaited: Awaited, error: unknown, delay: number): void {
    const seconds = Math.max(1, Math.round(delay / 1000));
    const reason = `its task is out of reach (${toWireError(error).message}); trying again in ${seconds} s`;
    for (const run of awaited.runs) this.#host.onReason(run, reason);
    awaited.timer = setTimeout(() => this.#look(awaited, delay), delay);
  }

  #look(awaited: Awaited, delay: number): void {
    let submission;
    try {
      submission = readSubmission(awaited.folder);
    } catch (error) {
      this.#later(awaited, error, Math.min(2 * delay, this.#host.pace.mostSilent));
      return;
    }
    this.#awaited.delete(awaited);
    this.#host.onBack(submission, awaited.ended);
  }
}
