/** One submission while its studio follows it: its tasks, and what becomes of its folder. */
import { existsSync } from 'node:fs';
import { toWireError } from '../../shared/errors.ts';
import type { Executor } from '../executors/executor.ts';
import { followedOf, keepFollowed, removeSubmission } from '../executors/known-submissions.ts';
import type { StoredSubmission } from '../executors/submission.ts';
import { taskFolder } from '../executors/task-folder.ts';
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
    if (this.#unsure.size > 0 && Date.now() - this.#lastEnd < GRACE_MS) return false;
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
