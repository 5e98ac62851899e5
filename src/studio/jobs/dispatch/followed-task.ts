/** One run of a submission while its studio follows it: from what its messages and its engine say to the states of the run (docs/adr/0026). */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { RunRecord, RunState, RunTask } from '../../../shared/run.ts';
import type { FromRun } from '../../../shared/training-session.ts';
import type { TaskState } from '../../executors/executor.ts';
import { namesOf, type StoredSubmission } from '../../executors/submission.ts';
import { taskFolder } from '../../executors/task-folder.ts';
import type { RunUpdate } from '../../live/progress-throttle.ts';
import { ActiveRun } from '../active-run.ts';
import type { RunLimits } from '../run-end.ts';
import type { Journal } from '../journal.ts';
import type { TaskLog } from './logged.ts';
import { TaskFollower } from './task-follower.ts';
import { TaskWords, type Trouble } from './task-words.ts';
import { endUntrained } from '../untrained.ts';
import { Witnesses } from './witnesses.ts';

/** What a task asks of whoever has many of them. */
export interface TaskHost {
  readonly journal: Journal;
  readonly limits: RunLimits;
  /** Milliseconds after which a task that seems to be over is looked at once more. */
  readonly secondLookMs: number;
  /** @param followed whether a studio before this one has written it, too */
  logOf(run: RunRecord, followed: boolean): TaskLog;
  onUpdate(update: RunUpdate): void;
  /** A waiting run's reason has changed. */
  onReason(task: FollowedTask): void;
  /** It has begun, and its messages are to be looked at. */
  onBegun(task: FollowedTask): void;
  cancel(task: FollowedTask, how: 'stop' | 'kill'): void;
  /** It writes no more: what it has written is to be looked at. */
  onLast(task: FollowedTask): void;
  /** Both witnesses agree that it is over. */
  onOver(task: FollowedTask): void;
}

interface Begin {
  readonly number: number;
  /** Bytes of its messages that are stored. */
  readonly offset: number;
  /** Whether a studio before this one followed it. */
  readonly followed: boolean;
}

export class FollowedTask {
  readonly run: RunRecord;
  readonly number: number;
  readonly #host: TaskHost;
  readonly #place: { readonly submission: StoredSubmission };
  readonly #follower: TaskFollower;
  readonly #log: TaskLog;
  #active: ActiveRun | undefined;
  readonly #witnesses: Witnesses;
  readonly #words: TaskWords;
  #overAt: number | undefined;
  #givenUp = false;
  /** What the store has of its names. */
  #kept: RunTask | null;
  #closed = false;

  /** @param place of its submission, which gets jobs later */
  constructor(
    run: RunRecord,
    place: { readonly submission: StoredSubmission },
    { number, offset, followed }: Begin,
    host: TaskHost,
  ) {
    this.run = run;
    this.#kept = run.task;
    this.#place = place;
    this.number = number;
    this.#host = host;
    this.#words = new TaskWords(run.reason, {
      running: (remark) => this.#active?.remark(remark),
      waiting: () => host.onReason(this),
    });
    this.#log = host.logOf(run, followed);
    const messages = { folder: this.folder, run: run.id, offset };
    this.#follower = new TaskFollower(messages, {
      cancel: (how, reason) => {
        if (how === 'kill') this.#witnesses.killed ??= this.#witnesses.stopped ?? reason;
        host.cancel(this, how);
        this.consider();
      },
      isLogged: (message) => this.#log.has(message),
    });
    this.#witnesses = new Witnesses(this.#follower, host.secondLookMs);
    if (followed && run.state !== 'queued') this.#begin(true);
  }

  get submission(): StoredSubmission {
    return this.#place.submission;
  }

  get folder(): string {
    return taskFolder(this.submission.folder, this.number);
  }

  get state(): RunState {
    return this.#active?.state ?? 'queued';
  }

  /** Of a run that waits. */
  get reason(): string {
    return this.#words.waiting;
  }

  /** It has written a message. */
  get begun(): boolean {
    return this.#follower.heard;
  }

  get engine(): TaskState | undefined {
    return this.#witnesses.engine;
  }

  /** By what a person finds it where it is trained. */
  get names(): RunTask {
    const { submission, number, run, engine } = this;
    const known = run.task?.submission === submission.token ? run.task.host : null;
    return namesOf(submission, number, engine?.host ?? known);
  }

  /** When it came to its end, milliseconds since 1970; undefined: it has not. */
  get overAt(): number | undefined {
    return this.#overAt;
  }

  get storedOffset(): number {
    return this.#follower.storedOffset;
  }

  /** A person wants its end, whatever becomes of the files that it has left. */
  get isGivenUp(): boolean {
    const { settled, killed } = this.#witnesses;
    return this.#givenUp || ((settled ?? killed) !== undefined && this.engine?.outOfReach === true);
  }

  /** Whether its messages say themselves how it ended. */
  get endedInOrder(): boolean {
    const { said } = this.#follower;
    return said !== undefined && said.state !== 'interrupted';
  }

  /** @param state undefined: the engine knows nothing of it */
  hearEngine(state: TaskState | undefined): void {
    const before = this.engine;
    this.#witnesses.engine = state;
    if (before?.state !== state?.state) this.#witnesses.hearLook(true);
    if (state?.state === 'running' && state.host !== undefined && state.host !== before?.host) {
      this.#keepNames();
      this.#log.say('info', `it runs on ${state.host}`);
    }
    // What it wrote last, perhaps all of it: what was short may never have been seen running.
    if (state?.state === 'over' && (before?.state !== 'over' || this.#active === undefined))
      this.#host.onLast(this);
    else this.consider();
  }

  #keepNames(): void {
    const { names: task, run } = this;
    if (isDeepStrictEqual(task, this.#kept)) return;
    this.#kept = task;
    this.#host.journal.write((store) => store.updateRun(run.id, { task }));
  }

  /** What is wrong around it; empty: nothing any more. */
  hearOf(trouble: Partial<Trouble>): void {
    this.#words.change(trouble);
  }

  /** Reads what is new. */
  async look(anew = false): Promise<void> {
    if (await this.#read(anew)) this.#witnesses.hearLook(true);
    this.consider();
  }

  /** @returns whether there was something new */
  async #read(anew: boolean): Promise<boolean> {
    if (this.#active === undefined && !this.#closed && (await this.#follower.hasMessages()))
      this.#begin(false);
    if (this.#active === undefined || this.#closed) return false;
    const { grew, trouble } = await this.#follower.look(anew);
    if (!this.#isClosed()) this.#words.hearLook(grew, trouble);
    return grew;
  }

  /** As it is now: what was waited for may have changed it. */
  #isClosed(): boolean {
    return this.#closed;
  }

  /** It can be found no more, or is not believed any more. */
  lose(reason: string): void {
    this.#witnesses.lost = reason;
    this.consider();
  }

  pause(reason: string): void {
    if (this.#active?.state === 'running') this.#active.pause(reason);
  }

  resume(): void {
    this.#active?.resume();
  }

  /** One that waits, or that nobody can reach, is stopped at once: whatever starts it later, or brings it back, finds that it is to stop. */
  stop(reason: string): void {
    if (this.#overAt !== undefined) {
      this.#givenUp = this.#words.missesFiles;
      return;
    }
    this.#witnesses.stopped ??= reason;
    if (this.#active !== undefined && this.#active.state !== 'queued' && this.engine?.outOfReach !== true) {
      this.#active.stop(reason);
      return;
    }
    this.forbid(reason);
    this.#host.cancel(this, 'stop');
    this.settle('stopped', reason);
  }

  /** It ends so, whatever its witnesses say. */
  settle(state: RunState, reason: string): void {
    if (this.#overAt === undefined) this.#witnesses.settled ??= { state, reason };
    this.consider();
  }

  /** Whoever trains it still, or starts to, ends. */
  forbid(reason: string): void {
    this.#follower.ask({ ask: 'stop', reason });
  }

  /** Into the log of its run. */
  warn(message: string): void {
    if (!this.#closed) this.#log.say('warning', message);
  }

  consider(): void {
    if (this.#closed || this.#overAt !== undefined) return;
    const { standing } = this.#witnesses;
    switch (standing.is) {
      case 'waiting':
        this.#words.change({ reason: standing.reason });
        // What an earlier studio saw training goes on, until its engine says otherwise.
        if (this.engine !== undefined) this.#active?.wait(this.reason);
        break;
      case 'running':
        if (this.#active === undefined) this.#begin(false);
        this.#words.change({ engine: standing.reason });
        break;
      case 'in-question':
        this.#witnesses.lookLater(() => void this.#lookAgain());
        break;
      case 'over':
        this.#overAt = Date.now();
        this.#host.onOver(this);
        break;
    }
  }

  /** What came of it, once its files are here. @param words its last ones, of one that never began */
  finish(words: string): void {
    this.#keepNames();
    const { state, reason: why } = this.#witnesses.verdict;
    if (!this.endedInOrder) this.forbid(why);
    if (words !== '' && this.begun) this.#log.say('info', `its last output: ${words}`);
    const reason = words !== '' && !this.begun ? `${why}: ${words}` : why;
    this.#closed = true;
    this.#witnesses.close();
    if (this.#active !== undefined) this.#follower.end({ state, reason });
    else this.#host.onUpdate(endUntrained(this.#host.journal, this.run, state, reason));
  }

  /** Nothing is done or said any more: the task goes on. */
  detach(): void {
    this.#closed = true;
    this.#witnesses.close();
    this.#active?.detach();
    this.#follower.close();
  }

  async #lookAgain(): Promise<void> {
    this.#witnesses.hearLook(await this.#read(true));
    this.consider();
  }

  #begin(followed: boolean): void {
    const attempt = { folder: this.folder, attempt: join(this.folder, 'attempt-1'), lines: {} };
    const services = {
      ...{ journal: this.#host.journal, limits: this.#host.limits, followed, onRefused: () => undefined },
      start: (_training: unknown, tell: (message: FromRun) => void) => this.#follower.start(tell),
    };
    this.#active = new ActiveRun(this.run, attempt, services, (update) => this.#host.onUpdate(update));
    this.#words.begun();
    this.#host.onBegun(this);
  }
}
