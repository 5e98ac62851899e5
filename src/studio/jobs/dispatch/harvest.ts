/** Brings home what tasks that are over have left: one after the other, so that nothing else waits long for it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, toWireError } from '../../../shared/errors.ts';
import type { Executor } from '../../executors/executor.ts';
import type { StoredSubmission } from '../../executors/submission.ts';
import { takeCheckpoint } from '../../executors/task-folder.ts';
import type { FollowedTask } from './followed-task.ts';

/** How long a task that has said its end may take for its run file. */
const FILE_MS = 5000;
const LOOK_MS = 200;
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
  #due: FollowedTask[] = [];
  readonly #attempts = new Map<FollowedTask, number>();
  #working = false;

  constructor(host: HarvestHost) {
    this.#host = host;
  }

  add(task: FollowedTask): void {
    this.#due.push(task);
    void this.#work();
  }

  close(): void {
    this.#closing.abort();
    this.#due = [];
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
      const together = ready.filter((task) => task.submission.folder === submission.folder);
      this.#due = this.#due.filter((task) => !together.includes(task));
      await this.#take(submission, together);
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
    for (const task of tasks) {
      // Turns of the event loop between them: each writes a checkpoint.
      await sleep(0);
      if (this.#closing.signal.aborted) return;
      await this.#takeOne(executor, task);
    }
  }

  async #takeOne(executor: Executor, task: FollowedTask): Promise<void> {
    const { submission, number, run } = task;
    await task.look(true);
    try {
      if (task.begun) takeCheckpoint(task.folder, this.#host.runFolder(run.id));
    } catch (error) {
      if (!task.isGivenUp && !this.#isHopeless(task, error)) {
        this.#later(task, error);
        return;
      }
      this.#host.onNotice(`run ${run.id}: its checkpoint was not fetched: ${toWireError(error).message}`);
    }
    const isSilent = task.endedInOrder || task.isGivenUp;
    const words = isSilent ? '' : await executor.logs(submission, number).catch(() => '');
    if (this.#closing.signal.aborted) return;
    this.#attempts.delete(task);
    task.finish(words.trim());
    this.#host.onTaken(task);
  }

  /** What is damaged may not be here as a whole yet. */
  #isHopeless(task: FollowedTask, error: unknown): boolean {
    if (!(error instanceof AppError)) throw error;
    return error.kind === 'validation' && (this.#attempts.get(task) ?? 0) >= MOST_ATTEMPTS;
  }

  #later(task: FollowedTask, error: unknown): void {
    this.#attempts.set(task, (this.#attempts.get(task) ?? 0) + 1);
    task.hearOf({
      files: `its files are out of reach (${toWireError(error).message}); trying again in ${RETRY_MS / 1000} s ("stop" ends it without them)`,
    });
    void sleep(RETRY_MS, undefined, { signal: this.#closing.signal, ref: false }).then(
      () => {
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
