/** One run of a submission while its studio follows it: from what its messages and its engine say to the states of the run (docs/adr/0026). */
import { join } from 'node:path';
import type { RunTask } from '../../../shared/contract/runs.ts';
import type { RunRecord, RunState } from '../../../shared/run.ts';
import type { FromRun } from '../../../shared/training-session.ts';
import type { TaskState } from '../../executors/executor.ts';
import { jobOf, type StoredSubmission } from '../../executors/submission.ts';
import { taskFolder } from '../../executors/task-folder.ts';
import type { RunUpdate } from '../../live/progress-throttle.ts';
import { ActiveRun } from '../active-run.ts';
import type { RunLimits } from '../run-end.ts';
import type { TrainerExit } from '../trainer-process.ts';
import type { Journal } from '../journal.ts';
import { TaskFollower } from './task-follower.ts';
import { TaskWords } from './task-words.ts';
import { endUntrained } from '../untrained.ts';
import { standingOf, type Testimony } from './witnesses.ts';

/** What a task asks of whoever has many of them. */
export interface TaskHost {
  readonly journal: Journal;
  readonly limits: RunLimits;
  /** Milliseconds after which a task that seems to be over is looked at once more. */
  readonly secondLookMs: number;
  /** @returns whether the run's log has what a message would add to it */
  loggedBefore(run: RunRecord): (message: FromRun) => boolean;
  onUpdate(update: RunUpdate): void;
  /** A waiting run's reason has changed. */
  onReason(task: FollowedTask): void;
  /** It has begun, and its messages are to be looked at. */
  onBegun(task: FollowedTask): void;
  cancel(task: FollowedTask, how: 'stop' | 'kill'): void;
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

type Verdict = NonNullable<TrainerExit['verdict']>;

export class FollowedTask {
  readonly run: RunRecord;
  readonly number: number;
  readonly #host: TaskHost;
  readonly #place: { readonly submission: StoredSubmission };
  readonly #follower: TaskFollower;
  readonly #isLogged: (message: FromRun) => boolean;
  #active: ActiveRun | undefined;
  #engine: TaskState | undefined;
  readonly #words: TaskWords;
  #stopReason: string | undefined;
  #killed: string | undefined;
  #lost = '';
  #lookedAgain = false;
  #secondLook: NodeJS.Timeout | undefined;
  #overAt: number | undefined;
  /** Where nobody need be asked. */
  #settled: Verdict | undefined;
  #closed = false;

  /** @param place of its submission, which gets jobs later */
  constructor(
    run: RunRecord,
    place: { readonly submission: StoredSubmission },
    { number, offset, followed }: Begin,
    host: TaskHost,
  ) {
    this.run = run;
    this.#place = place;
    this.number = number;
    this.#host = host;
    this.#words = new TaskWords(run.reason, {
      running: (remark) => this.#active?.remark(remark),
      waiting: () => host.onReason(this),
    });
    this.#isLogged = followed ? host.loggedBefore(run) : () => false;
    this.#follower = new TaskFollower(this.folder, offset, {
      cancel: (how, reason) => {
        if (how === 'kill') this.#killed ??= this.#stopReason ?? reason;
        host.cancel(this, how);
        this.consider();
      },
      isLogged: (message) => this.#isLogged(message),
    });
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
    return this.#engine;
  }

  /** By what a person finds it where it is trained. */
  get names(): RunTask {
    const { submission, folder, number } = this;
    const job = jobOf(submission, number);
    return { submission: submission.token, folder, job, host: this.#engine?.host ?? null };
  }

  /** When it came to its end, milliseconds since 1970; undefined: it has not. */
  get overAt(): number | undefined {
    return this.#overAt;
  }

  get storedOffset(): number {
    return this.#follower.storedOffset;
  }

  /** Whether its messages say themselves how it ended. */
  get endedInOrder(): boolean {
    const { said } = this.#follower;
    return said !== undefined && said.state !== 'interrupted';
  }

  /** @param state undefined: the engine knows nothing of it */
  hearEngine(state: TaskState | undefined): void {
    const before = this.#engine;
    this.#engine = state;
    if (before?.state !== state?.state) this.#lookedAgain = false;
    if (state?.state === 'running' && state.host !== undefined && state.host !== before?.host)
      this.#say('info', `it runs on ${state.host}`);
    // What was short may never have been seen running.
    if (state?.state === 'over' && this.#active === undefined) void this.look();
    else this.consider();
  }

  /** Why the engine does not answer; empty: it does. */
  hearSilence(reason: string): void {
    this.#words.change({ silence: reason });
  }

  /** Reads what is new. */
  async look(anew = false): Promise<void> {
    if (await this.#read(anew)) this.#lookedAgain = false;
    this.consider();
  }

  /** @returns whether there was something new */
  async #read(anew: boolean): Promise<boolean> {
    if (this.#active === undefined && !this.#closed && (await this.#follower.hasMessages()))
      this.#begin(false);
    if (this.#active === undefined || this.#closed) return false;
    const { grew, trouble } = await this.#follower.look(anew);
    if (!this.#isClosed()) this.#words.change({ trouble });
    return grew;
  }

  /** As it is now: what was waited for may have changed it. */
  #isClosed(): boolean {
    return this.#closed;
  }

  /** It can be found no more, or is not believed any more. */
  lose(reason: string): void {
    this.#lost = reason;
    this.consider();
  }

  pause(reason: string): void {
    if (this.#active?.state === 'running') this.#active.pause(reason);
  }

  resume(): void {
    this.#active?.resume();
  }

  /** One that waits is stopped at once: whatever starts it later finds that it is to stop. */
  stop(reason: string): void {
    if (this.#overAt !== undefined) return;
    this.#stopReason ??= reason;
    if (this.#active !== undefined && this.#active.state !== 'queued') {
      this.#active.stop(reason);
      return;
    }
    this.forbid(reason);
    this.#host.cancel(this, 'stop');
    this.settle('stopped', reason);
  }

  /** It ends so, whatever its witnesses say. */
  settle(state: RunState, reason: string): void {
    if (this.#overAt !== undefined || this.#closed) return;
    this.#settled = { state, reason };
    this.#overAt = Date.now();
    this.#host.onOver(this);
  }

  /** Whoever trains it still, or starts to, ends. */
  forbid(reason: string): void {
    this.#follower.ask({ ask: 'stop', reason });
  }

  /** Into the log of its run. */
  warn(message: string): void {
    if (!this.#closed) this.#say('warning', message);
  }

  consider(): void {
    if (this.#closed || this.#overAt !== undefined) return;
    const standing = standingOf(this.#testimony);
    switch (standing.is) {
      case 'waiting':
        this.#words.change({ reason: standing.reason });
        this.#active?.wait(this.reason);
        break;
      case 'running':
        if (this.#active === undefined) this.#begin(false);
        this.#words.change({ engine: standing.reason });
        break;
      case 'in-question':
        this.#secondLook ??= setTimeout(() => void this.#lookAgain(), this.#host.secondLookMs);
        break;
      case 'over':
        this.#overAt = Date.now();
        this.#host.onOver(this);
        break;
    }
  }

  /** What came of it, once its files are here. @param words its last ones, of one that never began */
  finish(words: string): void {
    const standing = standingOf({ ...this.#testimony, lookedAgain: true });
    const found = standing.is === 'over' ? standing : { state: 'interrupted' as const, reason: '' };
    const { state, reason } = this.#settled ?? found;
    if (!this.endedInOrder) this.forbid(reason);
    if (words !== '' && this.begun) this.#say('info', `its last output: ${words}`);
    this.#end({ state, reason: words !== '' && !this.begun ? `${reason}: ${words}` : reason });
  }

  /** Nothing is done or said any more: the task goes on. */
  detach(): void {
    this.#closed = true;
    clearTimeout(this.#secondLook);
    this.#active?.detach();
    this.#follower.close();
  }

  get #testimony(): Testimony {
    return {
      begun: this.begun,
      said: this.#follower.said,
      engine: this.#engine,
      lookedAgain: this.#lookedAgain,
      lost: this.#lost,
      killed: this.#killed,
    };
  }

  async #lookAgain(): Promise<void> {
    this.#secondLook = undefined;
    // While more comes it is not at its end.
    this.#lookedAgain = !(await this.#read(true));
    this.consider();
  }

  #begin(followed: boolean): void {
    const attempt = { folder: this.folder, attempt: join(this.folder, 'attempt-1'), lines: {} };
    const start: ConstructorParameters<typeof ActiveRun>[2]['start'] = (_training, onMessage) => {
      this.#follower.listen(onMessage);
      return this.#follower;
    };
    const { journal, limits } = this.#host;
    this.#active = new ActiveRun(
      this.run,
      attempt,
      { journal, start, limits, followed, onRefused: () => undefined },
      (update) => this.#host.onUpdate(update),
    );
    this.#words.begun();
    this.#host.onBegun(this);
  }

  #end(verdict: Verdict): void {
    this.#closed = true;
    clearTimeout(this.#secondLook);
    if (this.#active !== undefined) {
      this.#follower.end(verdict);
      return;
    }
    this.#host.onUpdate(endUntrained(this.#host.journal, this.run, verdict.state, verdict.reason));
  }

  /** Unless a studio before this one has. */
  #say(level: 'info' | 'warning', message: string): void {
    const { id, step } = this.run;
    if (this.#isLogged({ type: 'log', seq: 0, runId: id, level, message })) return;
    this.#host.journal.write((store) =>
      store.addEvent(id, { kind: 'log', step, message: `${level}: ${message}` }),
    );
  }
}
