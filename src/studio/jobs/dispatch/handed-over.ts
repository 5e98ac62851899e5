/** One submission while its studio follows it: its tasks, and what becomes of its folder. */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, toWireError } from '../../../shared/errors.ts';
import type { Executor, TaskStates } from '../../executors/executor.ts';
import { followedOf, keepFollowed, removeSubmission } from '../../executors/known-submissions.ts';
import type { StoredSubmission } from '../../executors/submission.ts';
import { taskFolder, writeControl } from '../../executors/task-folder.ts';
import { hasRunFile } from './harvest.ts';
import type { FollowedTask } from './followed-task.ts';

/** So long after its last task a folder is removed, whatever the engine says: whoever is still in it has had the time to end. */
const GRACE_MS = 60_000;

export class HandedOver {
  submission: StoredSubmission;
  /** By number, those that are not at their end. */
  readonly tasks = new Map<number, FollowedTask>();
  /** Numbers of those that have come to it here. */
  readonly over = new Set<number>();
  /** Where an earlier studio stood in the messages of each. */
  readonly followed: ReadonlyMap<number, number>;
  readonly #dataDir: string;
  /** Numbers of those that are not followed, and may be under way all the same. */
  readonly left = new Set<number>();
  readonly #unsure = new Set<FollowedTask>();
  #lastEnd = Date.now();
  #kept = '';
  #fetching = false;
  /** Tasks whose folders were gone at the last look. */
  #gone: ReadonlySet<number> = new Set();

  constructor(dataDir: string, submission: StoredSubmission) {
    this.#dataDir = dataDir;
    this.submission = submission;
    this.followed = followedOf(submission.folder);
  }

  end(task: FollowedTask): void {
    this.tasks.delete(task.number);
    this.over.add(task.number);
    this.#lastEnd = Date.now();
    this.#unsure.add(task);
  }

  /** Nobody wants it any more: it ends when it finds that, and its folder stays for that long. */
  leave(number: number, reason: string): void {
    this.left.add(number);
    try {
      writeControl(taskFolder(this.submission.folder, number), { ask: 'stop', reason });
    } catch (error) {
      // It is gone already, or out of reach.
      if (!(error instanceof AppError)) throw error;
    }
  }

  /** Where its messages are stored, for the studio that comes next. */
  keepFollowed(): void {
    if (this.tasks.size === 0) return;
    const followed = new Map([...this.tasks].map(([number, task]) => [number, task.storedOffset]));
    const text = [...followed.values()].join(' ');
    if (text === this.#kept) return;
    this.#kept = text;
    keepFollowed(this.submission.folder, followed);
  }

  /** Tasks whose folders somebody has removed, while the submission's is there: seen twice, as file systems lag. */
  findLost(): void {
    const { folder } = this.submission;
    const begun = [...this.tasks].filter(([, task]) => task.begun);
    const gone = begun.filter(([number]) => !existsSync(taskFolder(folder, number)));
    if (gone.length > 0 && !existsSync(folder)) return;
    for (const [number, task] of gone) {
      if (this.#gone.has(number)) task.lose(`its folder ${taskFolder(folder, number)} is gone`);
    }
    this.#gone = new Set(gone.map(([number]) => number));
  }

  /** Brings what its tasks have written since the last time, where they write elsewhere. */
  fetch(executor: Executor): void {
    const numbers = [...this.tasks].flatMap(([number, { engine }]) =>
      engine?.state === 'running' ? [number] : [],
    );
    if (this.#fetching || numbers.length === 0) return;
    this.#fetching = true;
    void executor
      .fetch(this.submission, numbers, false)
      // The engine does not answer then either, which is told.
      .catch(() => undefined)
      .finally(() => {
        this.#fetching = false;
      });
  }

  /** @returns whether it is gone */
  async removeIfOver(executor: Executor, onNotice: (message: string) => void): Promise<boolean> {
    if (this.tasks.size > 0) return false;
    for (const task of this.#unsure) {
      if (task.engine?.state === 'over' || hasRunFile(task)) this.#unsure.delete(task);
    }
    if (this.#unsure.size + this.left.size > 0 && Date.now() - this.#lastEnd < GRACE_MS) return false;
    try {
      await executor.forget?.(this.submission);
    } catch (error) {
      onNotice(`the files of tasks were not removed: ${toWireError(error).message}`);
    }
    try {
      await removeSubmission(this.#dataDir, this.submission);
    } catch (error) {
      onNotice(`a submission was not removed: ${toWireError(error).message}`);
    }
    return true;
  }
}

/** Tasks whose state changes before others get their turn: each is written down in a transaction of its own. */
const CHANGES_AT_ONCE = 20;
const TURN_MS = 50;

/** Tells tasks what their engine says. */
export async function hearStates(
  handed: readonly HandedOver[],
  states: ReadonlyMap<string, TaskStates>,
  closing: AbortSignal,
): Promise<void> {
  let changes = 0;
  for (const { submission, tasks } of handed) {
    for (const [number, task] of tasks) {
      const before = task.state;
      task.hearEngine(states.get(submission.token)?.get(number));
      if (task.state !== before) changes += 1;
      if (changes < CHANGES_AT_ONCE) continue;
      changes = 0;
      await sleep(TURN_MS);
      if (closing.aborted) return;
    }
  }
}
