/** What hands runs to another engine and says what became of them (docs/adr/0026). One file per executor. */
import type { ExecutorChoice } from '../../shared/executor.ts';

/** Tasks that are handed over together. */
export interface Submission<C extends ExecutorChoice = ExecutorChoice> {
  /** Ten lower-case letters and digits: in the names of its jobs, by which they are found again. */
  readonly token: string;
  /** As this machine sees it; absolute. */
  readonly folder: string;
  readonly choice: C;
  /** Tasks are numbered from 0. */
  readonly tasks: number;
  /** Jobs that the engine has made for it; null: it may or may not have heard of it. */
  readonly jobs: readonly Job[] | null;
}

/** What the engine calls a row of tasks: of an array `first`, `first + 1`, ...; of a single job one. */
export interface Job {
  readonly id: string;
  readonly first: number;
  readonly count: number;
}

/** How a task stands by the word of its engine. */
export interface TaskState {
  /** `over`: it will not run again by itself. */
  readonly state: 'waiting' | 'running' | 'over';
  /** The engine's own words: "PENDING (Priority)", "OUT_OF_MEMORY", "exit code 1"; empty where there is nothing to say. */
  readonly reason: string;
  /** Where it runs or ran. */
  readonly host?: string;
  /** Its machine does not answer: it can be asked nothing, and what it has written cannot be brought. */
  readonly outOfReach?: true;
  /** How it ended. `interrupted`: through no fault of its own (time limit, node, preemption). */
  readonly ended?: 'completed' | 'failed' | 'stopped' | 'interrupted';
}

/** By number of the task; what the engine knows nothing of is absent. */
export type TaskStates = ReadonlyMap<number, TaskState>;

/** The number of a task in its submission. */
type Task = number;

export interface Executor<C extends ExecutorChoice = ExecutorChoice> {
  readonly kind: C['kind'];
  /** The longest rest between two polls, milliseconds, where a poll costs nobody but this machine; absent: as the studio chooses. */
  readonly longestRest?: number;
  /**
   * Hands over all tasks. Whatever the engine has under the token already is not handed over again, so that it can be called once more after a crash.
   * @throws AppError `validation` if the engine refuses what is asked, `external` if it cannot be asked; then what it has taken is found again the next time
   */
  submit(submission: Submission<C>, signal: AbortSignal): Promise<readonly Job[]>;
  /**
   * How the tasks of all submissions stand, in as few calls as the engine allows.
   * @returns by token
   * @throws AppError `external` with one sentence if the engine does not answer, or answers what is no answer
   */
  poll(submissions: readonly Submission<C>[], signal: AbortSignal): Promise<ReadonlyMap<string, TaskStates>>;
  /** `stop`: it may write a checkpoint. `kill`: it goes at once. Tasks that are over are no error. */
  cancel(submission: Submission<C>, tasks: readonly Task[], how: 'stop' | 'kill'): Promise<void>;
  /** Its last words on standard output and error, bounded; empty if there are none. */
  logs(submission: Submission<C>, task: Task): Promise<string>;
  /**
   * Brings what the tasks have written since the last time into their folders here; nothing to do where those are the same.
   * @param whole with checkpoints and run file, as of tasks that are over
   */
  fetch(submission: Submission<C>, tasks: readonly Task[], whole: boolean): Promise<void>;
  /**
   * Removes what it has of a submission elsewhere, once all is here that anybody wants; absent: it has nothing elsewhere.
   * @throws AppError `external` if that is out of reach: then it stays
   */
  forget?(submission: Submission<C>): Promise<void>;
}
