/** Brings home what tasks that are over have left: some at once, as each waits for the disk more than for anything else. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, toWireError } from '../../../shared/errors.ts';
import type { Executor } from '../../executors/executor.ts';
import type { StoredSubmission } from '../../executors/submission.ts';
import { checkpointToTake } from '../../executors/task-folder.ts';
import { takeAttempt } from '../../files/attempts.ts';
import type { FollowedTask } from './followed-task.ts';

/** How long a task that has said its end may take for its run file. */
const FILE_MS = 5000;
const LOOK_MS = 200;
/** Tasks whose files are read and written at once. */
const AT_ONCE = 8;
/** Between two attempts at files that are out of reach. */
const RETRY_MS = 10_000;
/** After so many a checkpoint that cannot be read stays where it is. */
const MOST_ATTEMPTS = 5;

interface HarvestHost {
  executorOf(submission: StoredSubmission): Executor;
  /** Of a run in the data folder. */
  runFolder(run: string): string;
  onNotice(message: string): void;
  onTaken(task: FollowedTask): void;
}

export class Harvest {
  readonly #host: HarvestHost;
  readonly #closing = new AbortController();
  /** Those that somebody waits for. */
  readonly #wanted = new Set<FollowedTask>();
  #due: FollowedTask[] = [];
  readonly #attempts = new Map<FollowedTask, number>();
  readonly #writing = new Set<Promise<void>>();
  #working = false;

  constructor(host: HarvestHost) {
    this.#host = host;
  }

  add(task: FollowedTask): void {
    this.#wanted.add(task);
    this.#due.push(task);
    void this.#work();
  }

  /** Its run is deleted. */
  delete(task: FollowedTask): void {
    this.#wanted.delete(task);
    this.#attempts.delete(task);
  }

  close(): void {
    this.#closing.abort();
    this.#wanted.clear();
    this.#due = [];
  }

  /** Resolves when nothing is written any more into the folders of runs that are deleted, or once it is closed of any. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#writing);
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    while (this.#due.length > 0 && !this.#closing.signal.aborted) {
      const ready = this.#due.filter(isReady);
      const [first] = ready;
      if (first === undefined) {
        await sleep(LOOK_MS);
        continue;
      }
      const { submission } = first;
      const together = new Set(ready.filter((task) => task.submission.folder === submission.folder));
      this.#due = this.#due.filter((task) => !together.has(task));
      await this.#take(submission, [...together]);
    }
    this.#working = false;
  }

  async #take(submission: StoredSubmission, tasks: readonly FollowedTask[]): Promise<void> {
    const executor = this.#host.executorOf(submission);
    try {
      const numbers = tasks.filter(({ begun }) => begun).map(({ number }) => number);
      if (numbers.length > 0) await executor.fetch(submission, numbers, true);
    } catch (error) {
      tasks = tasks.filter((task) => {
        if (!task.isGivenUp) this.#later(task, error);
        return task.isGivenUp;
      });
    }
    const left = tasks.values();
    const takeThem = async () => {
      for (const task of left) await this.#takeOne(executor, task);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, takeThem));
  }

  async #takeOne(executor: Executor, task: FollowedTask): Promise<void> {
    const { submission, number, run } = task;
    if (!this.#wanted.has(task)) return;
    await task.look(true);
    try {
      if (task.begun) await this.#takeCheckpoint(task);
    } catch (error) {
      if (!task.isGivenUp && !this.#isHopeless(task, error)) {
        this.#later(task, error);
        return;
      }
      this.#host.onNotice(`run ${run.id}: its checkpoint was not fetched: ${toWireError(error).message}`);
    }
    const isSilent = task.endedInOrder || task.isGivenUp;
    const words = isSilent ? '' : await executor.logs(submission, number).catch(() => '');
    if (!this.#wanted.delete(task)) return;
    this.#attempts.delete(task);
    task.finish(words.trim());
    this.#host.onTaken(task);
  }

  async #takeCheckpoint(task: FollowedTask): Promise<void> {
    const folder = this.#host.runFolder(task.run.id);
    const checkpoint = await checkpointToTake(task.folder, folder, task.run.id);
    if (checkpoint === undefined || !this.#wanted.has(task)) return;
    const writing = takeAttempt(folder, checkpoint);
    this.#writing.add(writing);
    await writing.finally(() => this.#writing.delete(writing));
  }

  /** What is damaged may not be here as a whole yet; what is another run's never is this one's. */
  #isHopeless(task: FollowedTask, error: unknown): boolean {
    if (!(error instanceof AppError)) throw error;
    if (error.kind === 'conflict') return true;
    return error.kind === 'validation' && (this.#attempts.get(task) ?? 0) >= MOST_ATTEMPTS;
  }

  #later(task: FollowedTask, error: unknown): void {
    this.#attempts.set(task, (this.#attempts.get(task) ?? 0) + 1);
    task.hearOf({
      files: `its files are out of reach (${toWireError(error).message}); trying again in ${RETRY_MS / 1000} s ("stop" ends it without them)`,
    });
    void sleep(RETRY_MS, undefined, { signal: this.#closing.signal, ref: false }).then(
      () => {
        if (!this.#wanted.has(task)) return;
        task.hearOf({ files: '' });
        this.add(task);
      },
      () => undefined,
    );
  }
}

/** A task that has said its end writes its run file, and ends. */
function isReady(task: FollowedTask): boolean {
  if (!task.endedInOrder || task.engine?.state === 'over') return true;
  return hasRunFile(task) || Date.now() - (task.overAt ?? 0) > FILE_MS;
}

export function hasRunFile({ folder, run }: FollowedTask): boolean {
  return existsSync(join(folder, `${run.id}.gsrun`));
}
