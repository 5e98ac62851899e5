/** The clock of an exact computation: how long it may go on, and what it has found and proved so far. */
import type { SolveProgress } from '../../../shared/solution.ts';

export interface WatchHost {
  /** Monotonic milliseconds. */
  now(): number;
  /** Lets the host's event loop run; throws to cancel. */
  breathe(): Promise<void>;
  /** Is there nobody any more who waits for the answer? Asked where there is no time to breathe. */
  abandoned?(): boolean;
}

/** Milliseconds between two reports: solvers find something thousands of times a second. */
const INTERVAL_MS = 200;

export class SolveWatch {
  readonly host: WatchHost;
  readonly #start: number;
  readonly #limit: number;
  readonly #report: (progress: SolveProgress) => void;
  #reportedAt = -Infinity;
  #value: number | null = null;
  #bound: number | null = null;

  /** @param limit seconds */
  constructor(host: WatchHost, limit: number, report: (progress: SolveProgress) => void) {
    this.host = host;
    this.#start = host.now();
    this.#limit = limit;
    this.#report = report;
  }

  get seconds(): number {
    return (this.host.now() - this.#start) / 1000;
  }

  /** Seconds left, at least 0. */
  get left(): number {
    return Math.max(0, this.#limit - this.seconds);
  }

  get over(): boolean {
    return this.left === 0;
  }

  /** What is earned for certain, and what nothing can exceed, as far as known. Better values replace worse ones. */
  found({ value, bound }: { readonly value?: number; readonly bound?: number }): void {
    if (value !== undefined && Number.isFinite(value))
      this.#value = Math.max(this.#value ?? -Infinity, value);
    if (bound !== undefined && Number.isFinite(bound)) this.#bound = Math.min(this.#bound ?? Infinity, bound);
    this.tick();
  }

  /** Reports, now and then. True: stop at once. */
  tick(): boolean {
    const now = this.host.now();
    if (now - this.#reportedAt < INTERVAL_MS) return false;
    this.#reportedAt = now;
    this.#report({ seconds: this.seconds, limit: this.#limit, value: this.#value, bound: this.#bound });
    return this.host.abandoned?.() === true;
  }
}
