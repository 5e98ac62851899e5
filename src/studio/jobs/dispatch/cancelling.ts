/** Has engines end tasks: what is asked for at about the same time goes to an executor in one call. */
import { setTimeout as sleep } from 'node:timers/promises';
import { toWireError } from '../../../shared/errors.ts';
import type { Executor } from '../../executors/executor.ts';
import type { StoredSubmission } from '../../executors/submission.ts';

/** Within which requests are one. */
const TOGETHER_MS = 100;
/** Between two attempts where an engine does not answer. */
const RETRY_MS = 10_000;
const MOST_ATTEMPTS = 5;

type How = 'stop' | 'kill';

interface Asked {
  readonly how: How;
  /** When it is told its engine, by `performance.now()`. */
  readonly due: number;
  readonly attempts: number;
}

interface CancellingHost {
  /** A task that is under way finds in its folder what it is asked, and needs its time for a checkpoint. */
  readonly folderFirstMs: number;
  executorOf(submission: StoredSubmission): Executor;
  /** As it is now; undefined: gone. Without jobs its engine has not answered yet, and is not told. */
  submission(token: string): StoredSubmission | undefined;
  /** Whether it is worth it still. */
  isUnderWay(token: string, task: number): boolean;
  /** A task is under way still, as it could not be cancelled. */
  onTrouble(token: string, task: number, message: string): void;
  onNotice(message: string): void;
}

/** How long the last requests of a studio that ends may take. */
const FLUSH_MS = 5000;

export class Cancelling {
  readonly #host: CancellingHost;
  /** By token and number of the task. */
  readonly #asked = new Map<string, Map<number, Asked>>();
  readonly #telling = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(host: CancellingHost) {
    this.#host = host;
  }

  /** @param waiting it has not begun: nothing is lost by telling its engine at once */
  add(token: string, task: number, how: How, waiting: boolean): void {
    const soon = waiting || how === 'kill' ? TOGETHER_MS : this.#host.folderFirstMs;
    this.#put(token, task, { how, due: performance.now() + soon, attempts: 0 });
  }

  /** Ends tasks of runs that are deleted; an engine that does not answer holds nobody up. */
  async endNow(submission: StoredSubmission, tasks: readonly number[]): Promise<void> {
    if (submission.jobs === null) return;
    try {
      await this.#host.executorOf(submission).cancel(submission, tasks, 'kill');
    } catch (error) {
      this.#host.onNotice(
        `tasks of deleted runs were not cancelled (${toWireError(error).message}); each will find the request to end in its folder, and the next studio will cancel it`,
      );
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** Tells engines now what is asked of them, once; after `close`. */
  async flush(): Promise<void> {
    this.#tell(Infinity);
    const time = new AbortController();
    await Promise.race([
      Promise.all(this.#telling),
      sleep(FLUSH_MS, undefined, { signal: time.signal }).catch(() => undefined),
    ]);
    time.abort();
  }

  #put(token: string, task: number, asked: Asked): void {
    const known = this.#asked.get(token) ?? new Map<number, Asked>();
    if (known.get(task)?.how !== 'kill' || asked.how === 'kill') known.set(task, asked);
    this.#asked.set(token, known);
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const next = Math.min(
      ...[...this.#asked.values()].flatMap((tasks) => [...tasks.values()].map(({ due }) => due)),
    );
    if (this.#closed || next === Infinity) return;
    this.#timer = setTimeout(
      () => this.#tell(performance.now()),
      Math.max(TOGETHER_MS, next - performance.now()),
    );
  }

  /** @param now which requests are due */
  #tell(now: number): void {
    for (const [token, tasks] of this.#asked) {
      const submission = this.#host.submission(token);
      if (submission === undefined) this.#asked.delete(token);
      if (submission === undefined || submission.jobs === null) continue;
      for (const how of ['kill', 'stop'] as const) {
        const due = [...tasks].filter(([, asked]) => asked.how === how && asked.due <= now);
        for (const [task] of due) tasks.delete(task);
        const worth = due.filter(([task]) => this.#host.isUnderWay(token, task));
        if (worth.length === 0) continue;
        const telling = this.#cancel(submission, new Map(worth), how);
        this.#telling.add(telling);
        void telling.then(() => this.#telling.delete(telling));
      }
      if (tasks.size === 0) this.#asked.delete(token);
    }
    this.#schedule();
  }

  async #cancel(submission: StoredSubmission, tasks: ReadonlyMap<number, Asked>, how: How): Promise<void> {
    try {
      await this.#host.executorOf(submission).cancel(submission, [...tasks.keys()], how);
    } catch (error) {
      if (this.#closed) return;
      const { message } = toWireError(error);
      for (const [task, { attempts }] of tasks) {
        if (attempts === 0 && this.#host.isUnderWay(submission.token, task))
          this.#host.onTrouble(submission.token, task, message);
      }
      const again = [...tasks].filter(([, { attempts }]) => attempts + 1 < MOST_ATTEMPTS);
      if (again.length === 0) this.#host.onNotice(`tasks were not cancelled: ${message}`);
      for (const [task, { attempts }] of again) {
        this.#put(submission.token, task, { how, due: performance.now() + RETRY_MS, attempts: attempts + 1 });
      }
    }
  }
}
