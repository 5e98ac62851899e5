/**
 * The runs that executors train (docs/adr/0026): hands them over, follows what they write and what their engines say, and takes home what they
 * leave. A studio that ends leaves them alone, and the next one goes on here.
 */
import { join } from 'node:path';
import type { TaskDetails } from '../../../shared/contract/runs.ts';
import { toWireError } from '../../../shared/errors.ts';
import type { ExecutorChoice } from '../../../shared/executor.ts';
import type { RunRecord, RunState } from '../../../shared/run.ts';
import type { KnownSubmissions } from '../../executors/known-submissions.ts';
import type { Executors } from '../../executors/registry.ts';
import type { RunUpdate } from '../../live/progress-throttle.ts';
import type { Store } from '../../store/types.ts';
import { Adoption } from './adoption.ts';
import { Cancelling } from './cancelling.ts';
import { USUAL_TIMES, type DispatchTimes } from './engine-poll.ts';
import { FollowedTask, type TaskHost } from './followed-task.ts';
import type { HandedOver } from './handed-over.ts';
import { Harvest } from './harvest.ts';
import type { Journal } from '../journal.ts';
import { loggedBefore, TaskLog } from './logged.ts';
import { MessageWatch } from './message-watch.ts';
import { Preparing } from './preparing.ts';
import { Submitter } from './submitter.ts';
import { UnderWay } from './under-way.ts';
import { endUntrained, untrainedUpdate } from '../untrained.ts';
import { WaitingReasons } from './waiting-reasons.ts';

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
  readonly #preparing: Preparing;
  readonly #tasks = new Map<string, FollowedTask>();
  readonly #underWay: UnderWay;
  readonly #watch = new MessageWatch<FollowedTask>((task) => this.#look(task));
  readonly #submitter: Submitter;
  readonly #reasons: WaitingReasons;
  readonly #harvest: Harvest;
  readonly #cancelling: Cancelling;
  readonly #adoption: Adoption;
  readonly #taskHost: TaskHost;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#times = { ...USUAL_TIMES, ...options.times };
    const { store, journal, dataDir, onNotice } = options;
    const closing = this.#closing.signal;
    const executorOf = ({ choice }: { readonly choice: ExecutorChoice }) => options.executors(choice.kind);
    this.#submitter = new Submitter({
      ...{ dataDir, executors: options.executors, version: options.version },
      ...{ pace: this.#times.pace, closing },
    });
    this.#preparing = new Preparing({
      ...{ submitter: this.#submitter, closing, pace: this.#times.pace },
      onMade: (handed, runs, wanted) => this.#followMade(handed, runs, wanted),
      onWaiting: (run, reason) => this.#tellReason(run, 'queued', reason),
      onFailed: (run, reason) => this.#endWithout(run, 'interrupted', reason),
    });
    this.#reasons = new WaitingReasons(journal);
    this.#harvest = new Harvest({
      executorOf,
      runFolder: (run) => join(dataDir, 'runs', run),
      onNotice,
      onTaken: (task) => this.#forget(task),
    });
    this.#underWay = new UnderWay({ executors: options.executors, times: this.#times, onNotice });
    const find = (token: string) => this.#underWay.find(token);
    this.#cancelling = new Cancelling({
      ...{ executorOf, folderFirstMs: this.#times.folderFirstMs },
      submission: (token) => find(token)?.submission,
      isUnderWay: (token, task) => find(token)?.tasks.get(task)?.engine?.state !== 'over',
      onTrouble: (token, number, message) => find(token)?.tasks.get(number)?.warn(message),
      onNotice,
    });
    this.#adoption = new Adoption({
      ...{ store, dataDir, pace: this.#times.pace, onNotice },
      isFollowed: (run) => this.#tasks.has(run),
      onFound: (handed) => this.#underWay.add(handed),
      follow: (handed, run, number) => void this.#follow(handed, run, number, true),
      onAdopted: (handed) => this.#goOnWith(handed),
      onReason: (run, reason) => this.#tellReason(run, run.state, reason),
    });
    this.#taskHost = {
      journal,
      limits: this.#times.limits,
      secondLookMs: this.#times.secondLookMs,
      logOf: (run, followed) => new TaskLog(journal, run, followed ? loggedBefore(store, run) : () => false),
      onUpdate: options.onUpdate,
      onReason: ({ run, reason }) => this.#tellReason(run, 'queued', reason),
      onBegun: (task) => this.#watch.add(task),
      onLast: (task) => this.#watch.hurry(task),
      cancel: (task, how) =>
        this.#cancelling.add(task.submission.token, task.number, how, task.state === 'queued'),
      onOver: (task) => {
        this.#watch.delete(task);
        this.#harvest.add(task);
        this.#underWay.wake(task.submission.choice.kind);
      },
    };
  }

  /** Runs that are not at their end. */
  get size(): number {
    return this.#preparing.size + this.#tasks.size + this.#adoption.size;
  }

  /** Whether an executor trains the run, or will. */
  has(runId: string): boolean {
    return this.stateOf(runId) !== undefined;
  }

  /** Undefined: none of its runs. */
  stateOf(runId: string): RunState | undefined {
    if (this.#preparing.get(runId) !== undefined) return 'queued';
    return (this.#tasks.get(runId) ?? this.#adoption.awaited(runId))?.state;
  }

  /** By what a person finds the run where it is trained; undefined: nothing is handed over. */
  taskOf(runId: string): TaskDetails | undefined {
    const task = this.#tasks.get(runId);
    return task && { ...task.names, folder: task.folder };
  }

  /** Hands over those of comparisons that name an executor, in one submission for each comparison. @returns them */
  take(runs: readonly RunRecord[]): ReadonlySet<RunRecord> {
    const handed = new Set<RunRecord>();
    for (const [id, members] of Map.groupBy(runs, ({ comparison }) => comparison)) {
      const comparison = this.#options.store.comparison(id);
      if (comparison === undefined || comparison.executor === null) continue;
      this.#preparing.add(comparison, comparison.executor, members as [RunRecord, ...RunRecord[]]);
      for (const run of members) handed.add(run);
    }
    return handed;
  }

  /** Goes on with what earlier studios handed over. */
  adopt(known: KnownSubmissions): void {
    this.#adoption.adopt(known);
  }

  pause(runId: string, reason: string): void {
    this.#tasks.get(runId)?.pause(reason);
  }

  resume(runId: string): void {
    this.#tasks.get(runId)?.resume();
  }

  stop(runId: string, reason: string): void {
    const run = this.#preparing.get(runId) ?? this.#adoption.awaited(runId);
    if (run === undefined) this.#tasks.get(runId)?.stop(reason);
    else {
      this.#preparing.delete(runId);
      this.#adoption.end(runId, reason);
      this.#endWithout(run, 'stopped', reason);
    }
  }

  /** Ends the tasks of runs that are about to be deleted, and forgets them. Those of engines that do not answer the next studio ends. */
  async discard(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      this.#preparing.delete(id);
      this.#adoption.end(id, 'deleted');
    }
    const tasks = ids.flatMap((id) => this.#tasks.get(id) ?? []);
    for (const [submission, together] of Map.groupBy(tasks, (task) => task.submission)) {
      for (const task of together) {
        task.detach();
        task.forbid('deleted');
        this.#harvest.delete(task);
        this.#forget(task);
      }
      await this.#cancelling.endNow(
        submission,
        together.map(({ number }) => number),
      );
    }
    await this.#harvest.settled();
  }

  /** Leaves the tasks alone. What is being handed over is, to the point from which the next studio can go on. */
  async close(): Promise<void> {
    this.detach();
    await Promise.all([this.#preparing.settled(), this.#cancelling.flush(), this.#harvest.settled()]);
    await this.#underWay.close();
  }

  /** The same at once. */
  detach(): void {
    this.#closing.abort();
    this.#watch.close();
    this.#harvest.close();
    this.#adoption.close();
    this.#cancelling.close();
    this.#reasons.close();
    this.#underWay.detach();
    for (const task of this.#tasks.values()) task.detach();
    this.#tasks.clear();
  }

  #followMade(handed: HandedOver, runs: readonly RunRecord[], wanted: readonly boolean[]): void {
    this.#underWay.add(handed);
    for (const [number, run] of runs.entries()) {
      // Told anew, as it has the names of a task now.
      if (wanted[number] === true)
        this.#tellReason(run, 'queued', this.#follow(handed, run, number, false).reason);
      else handed.leave(number, 'stopped before it was handed over');
    }
    if (handed.tasks.size > 0) void this.#submit(handed);
  }

  #endWithout(run: RunRecord, state: RunState, reason: string): void {
    this.#options.onUpdate(endUntrained(this.#options.journal, run, state, reason));
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
    const { token } = handed.submission;
    // What was stopped meanwhile its engine may have all the same.
    for (const number of handed.over) this.#cancelling.add(token, number, 'kill', true);
    this.#goOnWith(handed);
  }

  /** Asks the engine about it, once it has it. */
  #goOnWith(handed: HandedOver): void {
    const { token, choice, jobs } = handed.submission;
    if (jobs === null && handed.tasks.size > 0) void this.#submit(handed);
    if (jobs === null) return;
    for (const number of handed.left) this.#cancelling.add(token, number, 'kill', true);
    this.#underWay.wake(choice.kind);
  }

  async #look(task: FollowedTask): Promise<void> {
    try {
      await task.look();
    } catch (error) {
      this.#options.onNotice(`run ${task.run.id}: ${toWireError(error).message}`);
    }
  }

  #tellReason(run: RunRecord, state: RunState, reason: string): void {
    this.#reasons.set(run.id, reason);
    this.#options.onUpdate(untrainedUpdate(run, state, reason));
  }

  #forget(task: FollowedTask): void {
    this.#tasks.delete(task.run.id);
    this.#watch.delete(task);
    this.#reasons.delete(task.run.id);
    this.#underWay.find(task.submission.token)?.end(task);
    this.#options.onSettled();
  }
}
