/** Runs on their way into a submission, which takes as long as a canary and some thousand files do: meanwhile they can be stopped or deleted. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, toWireError } from '../../../shared/errors.ts';
import type { ExecutorChoice } from '../../../shared/executor.ts';
import type { ComparisonRecord, RunRecord } from '../../../shared/run.ts';
import type { Pace } from './engine-poll.ts';
import type { HandedOver } from './handed-over.ts';
import type { Submitter } from './submitter.ts';

type Runs = readonly [RunRecord, ...RunRecord[]];

interface PreparingHost {
  readonly submitter: Submitter;
  /** Once it is aborted, nothing is told: the next studio goes on. */
  readonly closing: AbortSignal;
  readonly pace: Pace;
  /** @param wanted whether each of the runs is still one of it, by its number */
  onMade(handed: HandedOver, runs: Runs, wanted: readonly boolean[]): void;
  /** There is no space for it yet. */
  onWaiting(run: RunRecord, reason: string): void;
  onFailed(run: RunRecord, reason: string): void;
}

export class Preparing {
  readonly #host: PreparingHost;
  readonly #runs = new Map<string, RunRecord>();
  readonly #making = new Set<Promise<void>>();

  constructor(host: PreparingHost) {
    this.#host = host;
  }

  get size(): number {
    return this.#runs.size;
  }

  get(id: string): RunRecord | undefined {
    return this.#runs.get(id);
  }

  /** One submission of them. */
  add(comparison: ComparisonRecord, choice: ExecutorChoice, runs: Runs): void {
    for (const run of runs) this.#runs.set(run.id, run);
    const making = this.#make(comparison, choice, runs).finally(() => this.#making.delete(making));
    this.#making.add(making);
  }

  /** It is not to be handed over any more. */
  delete(id: string): void {
    this.#runs.delete(id);
  }

  /** Resolves when nothing is being made any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#making);
  }

  async #make(comparison: ComparisonRecord, choice: ExecutorChoice, runs: Runs): Promise<void> {
    const { submitter, closing, pace } = this.#host;
    let handed: HandedOver | undefined;
    let failure: unknown;
    for (let delay = pace.least; ; delay = Math.min(2 * delay, pace.most)) {
      try {
        handed = await submitter.make(comparison, choice, runs);
        break;
      } catch (error) {
        failure = error;
      }
      const waiting = runs.filter((run) => this.#runs.get(run.id) === run);
      if (!isFull(failure) || waiting.length === 0 || closing.aborted) break;
      const reason = `${failure.message}; tried again in ${Math.max(1, Math.round(delay / 1000))} s`;
      for (const run of waiting) this.#host.onWaiting(run, reason);
      await sleep(delay, undefined, { signal: closing }).catch(() => undefined);
    }
    // One that was stopped and resumed meanwhile is in another submission.
    const wanted = runs.map((run) => this.#runs.get(run.id) === run);
    for (const [number, { id }] of runs.entries()) if (wanted[number] === true) this.#runs.delete(id);
    if (closing.aborted) return;
    if (handed !== undefined) this.#host.onMade(handed, runs, wanted);
    else {
      const { message } = toWireError(failure);
      for (const [number, run] of runs.entries())
        if (wanted[number] === true) this.#host.onFailed(run, message);
    }
  }
}

function isFull(error: unknown): error is AppError {
  return error instanceof AppError && error.kind === 'disk-full';
}
