/**
 * The runs that executors train (docs/adr/0026): hands them over, follows what they write and what their engines say, and takes home what they
 * leave. A studio that ends leaves them alone, and the next one goes on here.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunTask } from '../../shared/contract/runs.ts';
import { toWireError } from '../../shared/errors.ts';
import type { ExecutorChoice } from '../../shared/executor.ts';
import { pendingStates, type ComparisonRecord, type RunRecord, type RunState } from '../../shared/run.ts';
import type { TaskStates } from '../executors/executor.ts';
import type { KnownSubmissions } from '../executors/known-submissions.ts';
import { executorNames, type Executors } from '../executors/registry.ts';
import type { RunUpdate } from '../live/progress-throttle.ts';
import { stateEvent } from '../store/events.ts';
import type { Store } from '../store/types.ts';
import type { RunLimits } from './active-run.ts';
import { Cancelling } from './cancelling.ts';
import { EnginePoll, USUAL_PACE, type Pace } from './engine-poll.ts';
import { FollowedTask, silentSince, type TaskHost } from './followed-task.ts';
import { HandedOver } from './handed-over.ts';
import { Harvest } from './harvest.ts';
import type { Journal } from './journal.ts';
import { loggedBefore } from './logged.ts';
import { MessageWatch } from './message-watch.ts';
import { Submitter } from './submitter.ts';
import { WaitingReasons } from './waiting-reasons.ts';

/** How long tasks and engines may take. */
export interface DispatchTimes {
  readonly pace: Pace;
  readonly limits: RunLimits;
  readonly secondLookMs: number;
}

const USUAL_TIMES: DispatchTimes = {
  pace: USUAL_PACE,
  // Signals, schedulers and network file systems take their time.
  limits: { stopMs: 300_000, silenceMs: 600_000, silent: silentSince },
  secondLookMs: 30_000,
};
/** Between two rounds of what is done from time to time: files from other machines, places to go on from, folders to remove. */
const ROUND_MS = 5000;
/** Tasks whose state changes before others get their turn: each is written down in a transaction of its own. */
const CHANGES_AT_ONCE = 20;
const TURN_MS = 50;

export interface DispatcherOptions {
  readonly store: Store;
  readonly dataDir: string;
  readonly journal: Journal;
  readonly executors: Executors;
  /** Of this program. */
  readonly version: string;
  readonly times?: Partial<DispatchTimes>;
  onUpdate(update: RunUpdate): void;
  onNotice(message: string): void;
  /** There is one run less. */
  onSettled(): void;
}

export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #times: DispatchTimes;
  readonly #closing = new AbortController();
  /** Runs whose submission is being made, and why one of them is to be stopped again. */
  readonly #preparing = new Map<string, { readonly run: RunRecord; stop?: string }>();
  readonly #making = new Set<Promise<void>>();
  readonly #tasks = new Map<string, FollowedTask>();
  readonly #handed = new Set<HandedOver>();
  readonly #polls = new Map<ExecutorChoice['kind'], EnginePoll>();
  readonly #watch = new MessageWatch<FollowedTask>((task) => this.#look(task));
  readonly #submitter: Submitter;
  readonly #reasons: WaitingReasons;
  readonly #harvest: Harvest;
  readonly #cancelling: Cancelling;
  readonly #taskHost: TaskHost;
  readonly #round: NodeJS.Timeout;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#times = { ...USUAL_TIMES, ...options.times };
    const { store, journal, dataDir, onNotice } = options;
    const executorOf = ({ choice }: { readonly choice: ExecutorChoice }) => options.executors(choice.kind);
    this.#submitter = new Submitter({
      ...{ dataDir, executors: options.executors, version: options.version },
      ...{ pace: this.#times.pace, closing: this.#closing.signal },
    });
    this.#reasons = new WaitingReasons(journal);
    this.#harvest = new Harvest({
      executorOf,
      runFolder: (run) => join(dataDir, 'runs', run),
      onNotice,
      onTaken: (task) => this.#forget(task),
    });
    const find = (token: string) => [...this.#handed].find(({ submission }) => submission.token === token);
    this.#cancelling = new Cancelling({
      executorOf,
      submission: (token) => find(token)?.submission,
      isUnderWay: (token, task) => find(token)?.tasks.get(task)?.engine?.state !== 'over',
      onNotice,
    });
    this.#taskHost = {
      journal,
      limits: this.#times.limits,
      secondLookMs: this.#times.secondLookMs,
      loggedBefore: (run) => loggedBefore(store, run),
      onUpdate: options.onUpdate,
      onReason: (task) => this.#tellReason(task),
      onBegun: (task) => this.#watch.add(task),
      cancel: (task, how) =>
        this.#cancelling.add(task.submission.token, task.number, how, task.state === 'queued'),
      onOver: (task) => {
        this.#watch.delete(task);
        this.#harvest.add(task);
        this.#pollOf(task.submission.choice.kind).wake();
      },
    };
    this.#round = setInterval(() => void this.#goRound(), ROUND_MS).unref();
  }

  /** Runs that are not at their end. */
  get size(): number {
    return this.#preparing.size + this.#tasks.size;
  }

  stateOf(runId: string): RunState | undefined {
    return this.#preparing.has(runId) ? 'queued' : this.#tasks.get(runId)?.state;
  }

  taskOf(runId: string): RunTask | undefined {
    return this.#tasks.get(runId)?.names;
  }

  /** Hands runs over, in one submission for each of their comparisons. */
  add(
    comparison: ComparisonRecord,
    choice: ExecutorChoice,
    runs: readonly [RunRecord, ...RunRecord[]],
  ): void {
    for (const run of runs) this.#preparing.set(run.id, { run });
    const making = this.#handOver(comparison, choice, runs).finally(() => this.#making.delete(making));
    this.#making.add(making);
  }

  /** Goes on with what earlier studios handed over. */
  adopt({ submissions }: KnownSubmissions): void {
    // A run that was resumed is in a later one, too.
    const newest = new Map(
      submissions.flatMap(({ token, runs }) => runs.map((run) => [run, token] as const)),
    );
    for (const submission of submissions) {
      const handed = new HandedOver(this.#options.dataDir, submission);
      submission.runs.forEach((id, number) => {
        const run = this.#options.store.run(id);
        if (run === undefined || newest.get(id) !== submission.token || this.#tasks.has(id)) return;
        if (pendingStates.includes(run.state)) this.#follow(handed, run, number, true);
      });
      this.#handed.add(handed);
      if (submission.jobs === null && handed.tasks.size > 0) void this.#submit(handed);
      else this.#pollOf(submission.choice.kind).wake();
    }
  }

  pause(runId: string, reason: string): void {
    this.#tasks.get(runId)?.pause(reason);
  }

  resume(runId: string): void {
    this.#tasks.get(runId)?.resume();
  }

  stop(runId: string, reason: string): void {
    const preparing = this.#preparing.get(runId);
    if (preparing !== undefined) preparing.stop = reason;
    else this.#tasks.get(runId)?.stop(reason);
  }

  /** Ends the tasks of runs that are about to be deleted, and forgets them. */
  async discard(ids: readonly string[]): Promise<void> {
    const tasks = ids.flatMap((id) => this.#tasks.get(id) ?? []);
    for (const [submission, together] of Map.groupBy(tasks, (task) => task.submission)) {
      for (const task of together) {
        task.detach();
        task.forbid('deleted');
        this.#forget(task);
      }
      const numbers = together.map(({ number }) => number);
      if (submission.jobs !== null)
        await this.#options.executors(submission.choice.kind).cancel(submission, numbers, 'kill');
    }
  }

  /** Leaves the tasks alone. What is being handed over is, to the point from which the next studio can go on. */
  async close(): Promise<void> {
    this.detach();
    await Promise.all(this.#making);
    for (const handed of this.#handed) {
      handed.keepFollowed();
      await this.#removeIfOver(handed);
    }
  }

  /** The same at once. */
  detach(): void {
    this.#closing.abort();
    clearInterval(this.#round);
    this.#watch.close();
    this.#harvest.close();
    this.#cancelling.close();
    this.#reasons.close();
    for (const poll of this.#polls.values()) poll.close();
    for (const task of this.#tasks.values()) task.detach();
    this.#tasks.clear();
  }

  async #handOver(
    comparison: ComparisonRecord,
    choice: ExecutorChoice,
    runs: readonly [RunRecord, ...RunRecord[]],
  ): Promise<void> {
    const closing = this.#closing.signal;
    let handed: HandedOver | undefined;
    let failure: unknown;
    try {
      handed = await this.#submitter.make(comparison, choice, runs);
    } catch (error) {
      failure = error;
    }
    const stops = runs.map(({ id }) => this.#preparing.get(id)?.stop);
    for (const { id } of runs) this.#preparing.delete(id);
    // Without a word: the next studio goes on, or offers the runs.
    if (closing.aborted) return;
    if (handed === undefined) {
      for (const run of runs) this.#endUnmade(run, toWireError(failure).message);
      return;
    }
    this.#handed.add(handed);
    for (const [number, run] of runs.entries()) {
      const task = this.#follow(handed, run, number, false);
      const stop = stops[number];
      if (stop !== undefined) task.stop(stop);
    }
    void this.#submit(handed);
  }

  #endUnmade(run: RunRecord, reason: string): void {
    const { id, step, steps, seconds, evaluations, metrics: last } = run;
    this.#options.journal.write((store) => {
      store.updateRun(id, { state: 'interrupted', reason, endedAt: Date.now() });
      store.addEvent(id, stateEvent('interrupted', reason, step));
    });
    const progress = { step, steps, seconds, stepsPerSecond: 0, evaluations };
    this.#options.onUpdate({ run, state: 'interrupted', reason, progress, last });
    this.#options.onSettled();
  }

  #follow(handed: HandedOver, run: RunRecord, number: number, followed: boolean): FollowedTask {
    const offset = handed.followed.get(number) ?? 0;
    const task = new FollowedTask(run, handed, { number, offset, followed }, this.#taskHost);
    this.#tasks.set(run.id, task);
    handed.tasks.set(number, task);
    return task;
  }

  async #submit(handed: HandedOver): Promise<void> {
    if (!(await this.#submitter.submit(handed))) return;
    const { token, choice } = handed.submission;
    // What was stopped meanwhile its engine may have all the same.
    for (const number of handed.over) this.#cancelling.add(token, number, 'kill', true);
    this.#pollOf(choice.kind).wake();
  }

  #pollOf(kind: ExecutorChoice['kind']): EnginePoll {
    const known = this.#polls.get(kind);
    if (known !== undefined) return known;
    const ofKind = () =>
      [...this.#handed].filter(({ submission: { choice, jobs } }) => choice.kind === kind && jobs !== null);
    const poll = new EnginePoll({
      executor: this.#options.executors(kind),
      name: executorNames[kind],
      pace: this.#times.pace,
      submissions: () => ofKind().map(({ submission }) => submission),
      onStates: (states) => this.#hearStates(ofKind(), states),
      onSilence: (reason) => {
        for (const { tasks } of ofKind()) for (const task of tasks.values()) task.hearSilence(reason);
      },
    });
    this.#polls.set(kind, poll);
    return poll;
  }

  async #hearStates(handed: readonly HandedOver[], states: ReadonlyMap<string, TaskStates>): Promise<void> {
    let changes = 0;
    for (const { submission, tasks } of handed) {
      for (const [number, task] of tasks) {
        const before = task.state;
        task.hearEngine(states.get(submission.token)?.get(number));
        if (task.state !== before) changes += 1;
        if (changes < CHANGES_AT_ONCE) continue;
        changes = 0;
        await sleep(TURN_MS);
        if (this.#closing.signal.aborted) return;
      }
    }
  }

  async #look(task: FollowedTask): Promise<void> {
    try {
      await task.look();
    } catch (error) {
      this.#options.onNotice(`run ${task.run.id}: ${toWireError(error).message}`);
    }
  }

  async #goRound(): Promise<void> {
    for (const handed of this.#handed) {
      handed.keepFollowed();
      handed.findLost();
      handed.fetch(this.#options.executors(handed.submission.choice.kind));
      if (await this.#removeIfOver(handed)) this.#handed.delete(handed);
    }
  }

  #removeIfOver(handed: HandedOver): Promise<boolean> {
    const { executors, onNotice } = this.#options;
    return handed.removeIfOver(executors(handed.submission.choice.kind), onNotice);
  }

  #tellReason({ run, reason }: FollowedTask): void {
    this.#reasons.set(run.id, reason);
    const { step, steps, seconds, evaluations, metrics: last } = run;
    const progress = { step, steps, seconds, stepsPerSecond: 0, evaluations };
    this.#options.onUpdate({ run, state: 'queued', reason, progress, last });
  }

  #forget(task: FollowedTask): void {
    this.#tasks.delete(task.run.id);
    this.#watch.delete(task);
    this.#reasons.delete(task.run.id);
    for (const handed of this.#handed) if (handed.tasks.get(task.number) === task) handed.end(task);
    this.#options.onSettled();
  }
}
