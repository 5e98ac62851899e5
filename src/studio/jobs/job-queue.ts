/** Runs in order, as many trainers at once as the devices allow: GPU jobs one at a time, CPU jobs up to the limit. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, toWireError } from '../../shared/errors.ts';
import { computedLines } from '../../shared/figures/reference-lines.ts';
import type { BackendName, RunRecord, RunState } from '../../shared/run.ts';
import type { Executors } from '../executors/registry.ts';
import { beginAttempt, discardEarlierAttempts } from '../files/attempts.ts';
import type { Store } from '../store/types.ts';
import type { RunUpdate } from '../live/progress-throttle.ts';
import { ActiveRun } from './active-run.ts';
import { isGpu } from './backends.ts';
import { freeToMeet, WaitingRuns } from './crews.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import type { DispatchTimes } from './dispatch/engine-poll.ts';
import { Journal } from './journal.ts';
import { endUntrained, updateTogether } from './untrained.ts';
import { TrainingPool } from './training-pool.ts';

/** Between two looks at a full disk, when only writing is left to do. */
const RETRY_MS = 1000;

/** An attempt at a run, before its trainer. */
interface Begun {
  readonly run: RunRecord;
  readonly folder: string;
  readonly attempt: string;
}

export interface QueueOptions {
  readonly store: Store;
  readonly dataDir: string;
  /** CPU trainers at once, to begin with. */
  readonly concurrency: number;
  /** Whether runs that differ by their seed alone are not trained together, to begin with. */
  readonly oneByOne?: boolean;
  /** What trains the runs of comparisons that name an executor. */
  readonly executors: Executors;
  /** Version of this program. */
  readonly version: string;
  /** How long tasks and engines may take; absent: as usual. */
  readonly dispatchTimes?: Partial<DispatchTimes>;
  /** Something is amiss that can be done without. */
  onNotice(message: string): void;
  /** Throws when another studio has taken the data folder. */
  assertOwner(): void;
  onUpdate(update: RunUpdate): void;
  /** A backend did not load, whatever was said of it before. */
  onRefused?(backend: BackendName): void;
  /** Nothing is lost, but nothing is stored either until there is space: live runs pause, and the end waits. */
  onDiskFull(reason: string): void;
  /** The store can no longer be written to. */
  onBroken(error: unknown): void;
}

export class JobQueue {
  readonly #options: QueueOptions;
  readonly #journal: Journal;
  readonly #pool = new TrainingPool();
  readonly #active = new Map<string, ActiveRun>();
  readonly #pausedForDisk = new Set<ActiveRun>();
  readonly #idle = new Set<() => void>();
  readonly #waiting = new WaitingRuns();
  /** Of active runs, their trainer: those that are trained together have one. */
  readonly #trainers = new Map<ActiveRun, symbol>();
  /** Of the runs that executors train. */
  readonly dispatcher: Dispatcher;
  #concurrency: number;
  /** Of runs that are added from now on. */
  oneByOne: boolean;
  #closing = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#concurrency = options.concurrency;
    this.oneByOne = options.oneByOne === true;
    this.#journal = new Journal(
      options.store,
      {
        blocked: () => {
          const reason = `the disk that holds ${options.store.path} is full; the run continues when there is space`;
          options.onDiskFull(reason);
          this.#pauseAll(reason);
        },
        recovered: () => this.#resumeAll(),
        failed: (error) => {
          this.#interrupt(toWireError(error).message);
          options.onBroken(error);
          this.#settle();
        },
      },
      () => options.assertOwner(),
    );
    const { store, dataDir, executors, version, dispatchTimes, onNotice } = options;
    this.dispatcher = new Dispatcher({
      ...{ store, dataDir, journal: this.#journal, executors, version, onNotice },
      ...(dispatchTimes === undefined ? {} : { times: dispatchTimes }),
      onUpdate: (update) => options.onUpdate(update),
      onSettled: () => this.#settle(),
    });
  }

  /** Runs go from their last checkpoint if they have one. */
  add(runs: readonly RunRecord[]): void {
    // They stay as they are, for the next studio.
    if (this.#closing) return;
    const known = new Set([...this.#active.keys(), ...this.#waiting.all.map(({ id }) => id)]);
    const fresh = runs.filter(({ id }) => !known.has(id) && !this.dispatcher.has(id));
    const ended = fresh.filter(({ state }) => state !== 'queued');
    const patches = ended.map(({ id }) => ({ id, patch: { state: 'queued' as const, reason: '' } }));
    if (ended.length > 0) this.#journal.write((store) => updateTogether(store, patches));
    const elsewhere = this.dispatcher.take(fresh);
    const here = fresh.filter((run) => !elsewhere.has(run));
    const free = this.oneByOne ? [] : freeToMeet(this.#options.store, here);
    this.#waiting.add(here, free, this.#concurrency);
    this.#fill();
  }

  /** CPU trainers at once. Lowering it ends none: fewer start. */
  get concurrency(): number {
    return this.#concurrency;
  }

  set concurrency(count: number) {
    this.#concurrency = count;
    this.#fill();
  }

  /** State of a run that runs or waits here, also before the store has it; undefined: it does neither. */
  stateOf(runId: string): RunState | undefined {
    if (this.#waiting.find(runId) !== undefined) return 'queued';
    return this.#active.get(runId)?.state ?? this.dispatcher.stateOf(runId);
  }

  pause(runId: string, reason: string): void {
    this.#active.get(runId)?.pause(reason);
    this.dispatcher.pause(runId, reason);
  }

  resume(runId: string): void {
    this.#active.get(runId)?.resume();
    this.dispatcher.resume(runId);
  }

  stop(runId: string, reason: string): void {
    const active = this.#active.get(runId);
    if (active !== undefined) {
      active.stop(reason);
      return;
    }
    const waiting = this.#waiting.find(runId);
    if (waiting === undefined) this.dispatcher.stop(runId, reason);
    else this.#endWaiting(waiting, 'stopped', reason);
  }

  /** Resolves when nothing runs or waits and everything is written. */
  async idle(): Promise<void> {
    if (this.#isBusy) {
      await new Promise<void>((resolve) => this.#idle.add(resolve));
    }
    do {
      const isFull = !this.#journal.writeSome();
      if (this.#journal.pending > 0) await sleep(isFull ? RETRY_MS : 0);
    } while (this.#journal.pending > 0 && !this.#journal.broken && !this.#closing);
  }

  /** Checkpoints and ends every trainer; what waits stays queued, and what executors train goes on. */
  async shutdown(reason: string): Promise<void> {
    this.#interrupt(reason);
    await Promise.all([...this.#active.values()].map((active) => active.ended));
    await Promise.all([this.#pool.close(), this.dispatcher.close()]);
    this.#journal.flush();
    this.#settle();
  }

  /** Ends every trainer now; their last checkpoints stay. Executors are left alone. */
  killAll(): void {
    this.#interrupt('ended at once');
    for (const active of this.#active.values()) active.kill();
  }

  /** The store can no longer be written to, or is not ours any more: every trainer writes its checkpoint and ends. */
  fail(error: unknown): void {
    this.#journal.fail(error);
  }

  #interrupt(reason: string): void {
    this.#closing = true;
    this.#waiting.clear();
    this.dispatcher.detach();
    clearTimeout(this.#retry);
    for (const active of this.#active.values()) active.interrupt(reason, this.#journal.storing);
  }

  #fill(): void {
    if (this.#closing) return;
    for (const run of this.#waiting.all) {
      // It has begun with another one, or ended.
      if (!this.#hasRoom(run) || !this.#waiting.all.includes(run)) continue;
      const begun = this.#waiting.crewOf(run).flatMap((one) => this.#begin(one) ?? []);
      const start = this.#pool.crew(begun.length);
      const trainer = Symbol();
      for (const attempt of begun) this.#start(attempt, start, trainer);
    }
  }

  /** Undefined: its attempt cannot begin. */
  #begin(run: RunRecord): Begun | undefined {
    const folder = join(this.#options.dataDir, 'runs', run.id);
    try {
      this.#options.assertOwner();
      const attempt = beginAttempt(folder);
      this.#waiting.delete(run);
      return { run, folder, attempt };
    } catch (error) {
      this.#refuse(run, error);
      return undefined;
    }
  }

  /** Its attempt cannot begin. A full disk passes: the run waits for it. */
  #refuse(run: RunRecord, error: unknown): void {
    const reason = toWireError(error).message;
    if (error instanceof AppError && error.kind === 'disk-full') {
      this.#options.onDiskFull(reason);
      this.#retry ??= setTimeout(() => {
        this.#retry = undefined;
        this.#fill();
      }, RETRY_MS);
      return;
    }
    this.#endWaiting(run, 'interrupted', reason);
  }

  /** Without a trainer there is nobody else to say how it ended. */
  #endWaiting(run: RunRecord, state: RunState, reason: string): void {
    this.#waiting.delete(run);
    this.#options.onUpdate(endUntrained(this.#journal, run, state, reason));
    this.#settle();
  }

  #hasRoom(run: RunRecord): boolean {
    const gpu = isGpu(run.spec.backend);
    const peers = [...this.#trainers].filter(([active]) => isGpu(active.run.spec.backend) === gpu);
    return new Set(peers.map(([, trainer]) => trainer)).size < (gpu ? 1 : this.#concurrency);
  }

  #start({ run, folder, attempt }: Begun, start: ReturnType<TrainingPool['crew']>, trainer: symbol): void {
    const comparison = this.#options.store.comparison(run.comparison);
    const lines = comparison === undefined ? {} : computedLines(comparison, run.variant);
    const services = {
      journal: this.#journal,
      start,
      onRefused: () => this.#options.onRefused?.(run.spec.backend),
    };
    const active = new ActiveRun(run, { folder, attempt, lines }, services, (update) =>
      this.#options.onUpdate(update),
    );
    this.#active.set(run.id, active);
    this.#trainers.set(active, trainer);
    void active.ended.then(() => {
      this.#active.delete(run.id);
      this.#trainers.delete(active);
      this.#pausedForDisk.delete(active);
      discardEarlierAttempts(folder);
      this.#fill();
      this.#settle();
    });
  }

  get #isBusy(): boolean {
    return this.#active.size > 0 || this.#waiting.size > 0 || this.dispatcher.size > 0;
  }

  #settle(): void {
    if (this.#isBusy) return;
    for (const resolve of this.#idle) resolve();
    this.#idle.clear();
  }

  #pauseAll(reason: string): void {
    for (const active of this.#active.values()) {
      if (active.state !== 'running') continue;
      this.#pausedForDisk.add(active);
      active.pause(reason);
    }
  }

  #resumeAll(): void {
    for (const active of this.#pausedForDisk) active.resume();
    this.#pausedForDisk.clear();
  }
}
