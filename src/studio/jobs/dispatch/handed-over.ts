/** One submission while its studio follows it: its tasks, and what becomes of its folder. */
import { existsSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isNearlyFull } from '../../../node/file-error.ts';
import { AppError, toWireError } from '../../../shared/errors.ts';
import type { Executor, TaskStates } from '../../executors/executor.ts';
import { followedOf, keepFollowed, removeSubmission } from '../../executors/known-submissions.ts';
import type { StoredSubmission } from '../../executors/submission.ts';
import { taskFolder, writeControl } from '../../executors/task-folder.ts';
import type { Pace } from './engine-poll.ts';
import { hasRunFile } from './harvest.ts';
import type { FollowedTask } from './followed-task.ts';

/** So long after its last task a folder is removed, whatever the engine says: whoever is still in it has had the time to end. */
const GRACE_MS = 60_000;
/** Rounds of nothing new after which the folder is written to all the same. */
const ROUNDS_UNTIL_TRIED = 6;
/** Bytes: what a task writes at once may need as much. */
const LEAST_SPACE = 2 ** 18;
/** So long after a submission was made it is removed though its files elsewhere are out of reach. */
const FORGET_FOR_MS = 30 * 24 * 3_600_000;

interface Removal {
  readonly executor: Executor;
  readonly pace: Pace;
  /** The studio ends: what failed before is not tried now. */
  readonly closing: boolean;
  onNotice(message: string): void;
}

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
  /** Rounds since something was new. */
  #still = 0;
  #hasSpace = true;
  /** What is wrong with it; empty: nothing. */
  #disk = '';
  #fetching = false;
  /** What is elsewhere could not be removed: when that is tried again, by `Date.now()`, and after how long once more. */
  #forgetting: { readonly next: number; readonly delay: number } | undefined;
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
    if (!task.isGivenUp) this.#unsure.add(task);
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

  /** Where its messages are stored, for the studio that comes next. Tasks whose disk has no space for that are told so. */
  keepFollowed(): void {
    if (this.tasks.size === 0) return;
    const { folder } = this.submission;
    const followed = new Map([...this.tasks].map(([number, task]) => [number, task.storedOffset]));
    const text = [...followed.values()].join(' ');
    this.#still = text === this.#kept ? this.#still + 1 : 0;
    this.#kept = text;
    // Also what has not changed, from time to time: a quota that is used up shows in nothing but a failure.
    if (this.#still % ROUNDS_UNTIL_TRIED === 0) this.#hasSpace = keepFollowed(folder, followed);
    const disk = this.#hasSpace && !isWithoutSpace(folder) ? '' : fullText(folder);
    if (disk !== this.#disk || disk !== '') for (const task of this.tasks.values()) task.hearOf({ disk });
    this.#disk = disk;
  }

  /** Tasks whose folders somebody has removed, while the submission's is there: seen twice, as file systems lag. */
  findLost(): void {
    const { folder } = this.submission;
    const begun = [...this.tasks].filter(([, task]) => task.begun);
    const gone = begun.filter(([number]) => isGone(taskFolder(folder, number)));
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

  /** Whether its engine has something to say of it still. */
  get isAsked(): boolean {
    return this.submission.jobs !== null && (this.tasks.size > 0 || this.#isYoung);
  }

  get #isYoung(): boolean {
    return Date.now() - this.#lastEnd < GRACE_MS;
  }

  /**
   * Removes it, and what its engine has of it elsewhere. Where that is out of reach it stays, as whoever is there still trains, and is tried again.
   * @returns whether it is gone
   */
  async removeIfOver({ executor, pace, closing, onNotice }: Removal): Promise<boolean> {
    if (this.tasks.size > 0) return false;
    for (const task of this.#unsure) {
      if (task.engine?.state === 'over' || hasRunFile(task)) this.#unsure.delete(task);
    }
    if (this.#unsure.size + this.left.size > 0 && this.#isYoung) return false;
    if (this.#forgetting !== undefined && (closing || Date.now() < this.#forgetting.next)) return false;
    try {
      await executor.forget?.(this.submission);
    } catch (error) {
      if (!this.#forgetLater(error, pace, onNotice)) return false;
    }
    try {
      await removeSubmission(this.#dataDir, this.submission);
    } catch (error) {
      onNotice(`a submission was not removed: ${toWireError(error).message}`);
    }
    return true;
  }

  /** @returns whether it is not waited for any more */
  #forgetLater(error: unknown, { least, mostSilent }: Pace, onNotice: Removal['onNotice']): boolean {
    const { message } = toWireError(error);
    const isLate = Date.now() - this.submission.createdAt > FORGET_FOR_MS;
    if (isLate) onNotice(`the files of tasks were not removed: ${message}`);
    else if (this.#forgetting === undefined)
      onNotice(
        `the files of tasks were not removed yet: ${message}; that is tried again until it can be done`,
      );
    const delay = Math.min(2 * (this.#forgetting?.delay ?? least), mostSilent);
    this.#forgetting = { next: Date.now() + delay, delay };
    return isLate;
  }
}

/** Not so one that cannot be looked at: a stale handle, say, passes. */
function isGone(folder: string): boolean {
  try {
    return statSync(folder, { throwIfNoEntry: false }) === undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR';
  }
}

function isWithoutSpace(folder: string): boolean {
  try {
    return isNearlyFull(folder, LEAST_SPACE);
  } catch {
    // It is away.
    return false;
  }
}

function fullText(folder: string): string {
  return `the disk that holds ${folder} is full; free some space: what trains there waits for it, and nothing is lost`;
}

/** For which tasks are told before others get their turn. */
const TURN_MS = 10;

/** Tells tasks what their engine says. */
export async function hearStates(
  handed: readonly HandedOver[],
  states: ReadonlyMap<string, TaskStates>,
  closing: AbortSignal,
): Promise<void> {
  let until = performance.now() + TURN_MS;
  for (const { submission, tasks } of handed) {
    for (const [number, task] of tasks) {
      task.hearEngine(states.get(submission.token)?.get(number));
      if (performance.now() < until) continue;
      await sleep(TURN_MS);
      if (closing.aborted) return;
      until = performance.now() + TURN_MS;
    }
  }
}
