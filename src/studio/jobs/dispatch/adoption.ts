/**
 * What earlier studios handed over: which of its tasks are followed on, which nobody wants any more, and which are out of reach until their
 * folder is back.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pendingStates, type RunRecord } from '../../../shared/run.ts';
import { taskFiles } from '../../../shared/task.ts';
import type { KnownSubmissions } from '../../executors/known-submissions.ts';
import type { StoredSubmission } from '../../executors/submission.ts';
import { taskFolder } from '../../executors/task-folder.ts';
import type { Store } from '../../store/types.ts';
import type { Pace } from './engine-poll.ts';
import { HandedOver } from './handed-over.ts';
import { OutOfReach } from './out-of-reach.ts';

interface AdoptionHost {
  readonly store: Store;
  readonly dataDir: string;
  readonly pace: Pace;
  /** Whether this studio follows a run already. */
  isFollowed(run: string): boolean;
  /** Its tasks come one by one, before it is adopted. */
  onFound(handed: HandedOver): void;
  follow(handed: HandedOver, run: RunRecord, number: number): void;
  onAdopted(handed: HandedOver): void;
  /** Why a task cannot be followed yet. */
  onReason(run: RunRecord, reason: string): void;
  onNotice(message: string): void;
}

export class Adoption {
  readonly #host: AdoptionHost;
  readonly #outOfReach: OutOfReach;

  constructor(host: AdoptionHost) {
    this.#host = host;
    this.#outOfReach = new OutOfReach({
      pace: host.pace,
      onReason: (id, reason) => {
        const run = host.store.run(id);
        // What a paused one says is its own.
        if (run !== undefined && run.state !== 'paused') host.onReason(run, reason);
      },
      onBack: (submission, ended) => this.#adopt(submission, () => true, ended),
    });
  }

  /** Runs that wait for their folders. */
  get size(): number {
    return this.#outOfReach.size;
  }

  /** The run if it waits for its folder. */
  awaited(id: string): RunRecord | undefined {
    return this.#outOfReach.has(id) ? this.#host.store.run(id) : undefined;
  }

  /** A run that is at its end: its task is to end when its folder is back. */
  end(run: string, reason: string): void {
    this.#outOfReach.end(run, reason);
  }

  close(): void {
    this.#outOfReach.close();
  }

  adopt({ submissions, outOfReach, damaged, repaired }: KnownSubmissions): void {
    const { store, isFollowed, onNotice } = this.#host;
    for (const sentence of repaired) onNotice(sentence);
    for (const { error } of damaged) onNotice(error.message);
    // A run that was resumed is in a later one, too.
    const newest = new Map(
      submissions.flatMap(({ token, runs }) => runs.map((run) => [run, token] as const)),
    );
    for (const submission of submissions)
      this.#adopt(submission, (run) => newest.get(run) === submission.token, new Map());
    for (const unread of outOfReach) {
      const runs = pendingOf(store, unread.runs).filter((id) => !isFollowed(id));
      this.#outOfReach.add(unread, runs);
    }
  }

  #adopt(
    submission: StoredSubmission,
    isNewest: (run: string) => boolean,
    ended: ReadonlyMap<string, string>,
  ): void {
    const { store, dataDir, isFollowed } = this.#host;
    const handed = new HandedOver(dataDir, submission);
    this.#host.onFound(handed);
    const isOurs = (id: string) => isNewest(id) && !isFollowed(id);
    const { followed, unwanted } = adopted(store, submission, isOurs, ended);
    for (const [number, run] of followed) this.#host.follow(handed, run, number);
    for (const [number, reason] of unwanted) handed.leave(number, reason);
    this.#host.onAdopted(handed);
  }
}

interface Adopted {
  /** Runs by the number of their task, as they are followed. */
  readonly followed: ReadonlyMap<number, RunRecord>;
  /** Why a task is to end, by its number. */
  readonly unwanted: ReadonlyMap<number, string>;
}

/**
 * What was said of engines and folders in the reasons of live runs is taken back, as it is found out anew; one that waits hears of it at the first poll.
 * @param isOurs whether nobody else follows a run
 * @param ended of runs that were asked to end while nobody could tell their tasks, and why
 */
function adopted(
  store: Store,
  submission: StoredSubmission,
  isOurs: (run: string) => boolean,
  ended: ReadonlyMap<string, string>,
): Adopted {
  const followed = new Map<number, RunRecord>();
  const unwanted = new Map<number, string>();
  const remarked: string[] = [];
  for (const [number, id] of submission.runs.entries()) {
    const run = storedOf(store, id);
    if (isPending(run) && isOurs(id)) {
      const isRemarked = run.state === 'running' && run.reason !== '';
      if (isRemarked) remarked.push(id);
      followed.set(number, isRemarked ? { ...run, reason: '' } : run);
    } else if (run === 'deleted' || ended.has(id)) unwanted.set(number, ended.get(id) ?? 'deleted');
    else if (
      run !== undefined &&
      (run.state === 'stopped' || !isOurs(id)) &&
      isQueuedPerhaps(submission, number)
    )
      unwanted.set(number, 'stopped before it began');
  }
  if (remarked.length > 0) store.updateRuns(remarked.map((id) => ({ id, patch: { reason: '' } })));
  return { followed, unwanted };
}

/**
 * Whether a task that nobody waits for has never begun: a studio that was killed may not have told its engine, where it would wait on. Hosts of
 * ssh are told before their files are removed.
 */
function isQueuedPerhaps({ folder, choice }: StoredSubmission, number: number): boolean {
  return choice.kind !== 'ssh' && !existsSync(join(taskFolder(folder, number), taskFiles.messages));
}

/** Those that are not at their end, of ids. */
function pendingOf(store: Store, ids: readonly string[]): readonly string[] {
  return ids.filter((id) => isPending(storedOf(store, id)));
}

/** Undefined: nobody can read it. */
function storedOf(store: Store, id: string): RunRecord | 'deleted' | undefined {
  return store.damagedRun(id) === undefined ? (store.run(id) ?? 'deleted') : undefined;
}

function isPending(run: RunRecord | 'deleted' | undefined): run is RunRecord {
  return run !== undefined && run !== 'deleted' && pendingStates.includes(run.state);
}
