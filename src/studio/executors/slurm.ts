/** Tasks as arrays of Slurm, which is asked as its user would ask it and with no more rights than the user has (docs/adr/0026). */
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromFileError } from '../../node/file-error.ts';
import { trainerProgram } from '../../node/trainer-program.ts';
import type { SlurmChoice } from '../../shared/executor.ts';
import { taskFiles } from '../../shared/task.ts';
import type { Executor, Job, Submission, TaskState, TaskStates } from './executor.ts';
import { SlurmCommands, type SlurmSettings } from './slurm-commands.ts';
import type { ElementWord } from './slurm-answers.ts';
import { taskStateOf } from './slurm-states.ts';
import {
  arrayName,
  batchScript,
  elementWords,
  missingParts,
  partNamed,
  sbatchOptions,
  SCRIPT,
  type TaskProgram,
} from './slurm-submission.ts';

type SlurmSubmission = Submission<SlurmChoice>;

const LAST_WORDS = 8192;
const CANCELLED: TaskState = { state: 'over', reason: 'CANCELLED', ended: 'stopped' };

export class SlurmExecutor implements Executor<SlurmChoice> {
  readonly kind = 'slurm';
  readonly #slurm: SlurmCommands;
  readonly #program: TaskProgram | undefined;
  /** How tasks ended, by token: Slurm's controller forgets them after some minutes. */
  readonly #ended = new Map<string, Map<number, TaskState>>();

  /** @param settings `program`: what trains a task; absent: this package, on the Node of its trainers */
  constructor({ program, ...settings }: SlurmSettings & { readonly program?: TaskProgram } = {}) {
    this.#slurm = new SlurmCommands(settings);
    this.#program = program;
  }

  async submit(submission: SlurmSubmission, signal: AbortSignal): Promise<readonly Job[]> {
    const { folder, tasks } = submission;
    const most = await this.#slurm.largestArray(signal);
    const jobs = [...(submission.jobs ?? [])];
    for (const job of await this.#taken(submission, most, signal)) {
      if (!jobs.some(({ first }) => first === job.first)) jobs.push(job);
    }
    const missing = missingParts(tasks, most, jobs);
    const calls = missing.map((part) => ({ part, options: sbatchOptions(submission, part) }));
    const script = join(folder, SCRIPT);
    if (calls.length > 0) {
      const text = batchScript(submission, this.#program ?? trainerProgram());
      await writeFile(script, text).catch((error: unknown) => {
        throw fromFileError(error, script);
      });
    }
    for (const { part, options } of calls) {
      const args = [...options, script, `${part.first}`];
      jobs.push({ id: await this.#slurm.sbatch(args, jobs.length > 0, signal), ...part });
    }
    return jobs.sort((a, b) => a.first - b.first);
  }

  /** Arrays under the token: Slurm takes each whole or not at all. */
  async #taken(
    { token, tasks }: SlurmSubmission,
    most: number,
    signal?: AbortSignal,
  ): Promise<readonly Job[]> {
    const names = missingParts(tasks, most, []).map((part) => arrayName(token, part));
    const known = [
      // Whatever arrays a cluster allowed when they were submitted.
      ...(await this.#slurm.squeue(null, signal)),
      ...(await this.#slurm.sacct({ names }, signal)),
    ];
    const jobs = new Map<string, Job>();
    for (const { job, name } of known) {
      const part = partNamed(name);
      const other = jobs.get(name);
      // Of two it is the first that trains.
      if (part?.token !== token || (other !== undefined && Number(other.id) <= Number(job))) continue;
      jobs.set(name, { id: job, first: part.first, count: part.count });
    }
    return [...jobs.values()];
  }

  async poll(
    submissions: readonly SlurmSubmission[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, TaskStates>> {
    const states = await this.#queued(submissions, signal);
    for (const token of this.#ended.keys()) if (!states.has(token)) this.#ended.delete(token);
    const forgotten = submissions.flatMap(({ token, jobs }) =>
      (jobs ?? []).filter((job) => this.#isPartlyForgotten(job, token, states)).map(({ id }) => id),
    );
    const accounted = statesIn(submissions, await this.#slurm.sacct({ jobs: forgotten }, signal));
    for (const [token, known] of accounted) {
      const ofToken = states.get(token);
      for (const [task, state] of known) {
        if (ofToken === undefined || ofToken.has(task)) continue;
        ofToken.set(task, state);
        keep(this.#endedOf(token), task, state);
      }
    }
    return states;
  }

  /** Fills in how tasks ended that the controller has forgotten. @returns whether there is one of which nothing is known */
  #isPartlyForgotten(
    { first, count }: Job,
    token: string,
    states: ReadonlyMap<string, Map<number, TaskState>>,
  ): boolean {
    const ofToken = states.get(token) ?? new Map<number, TaskState>();
    const ended = this.#endedOf(token);
    let isForgotten = false;
    for (let task = first; task < first + count; task++) {
      const state = ofToken.get(task);
      const last = ended.get(task);
      if (state !== undefined) keep(ended, task, state);
      else if (last !== undefined) ofToken.set(task, last);
      else isForgotten = true;
    }
    return isForgotten;
  }

  #endedOf(token: string): Map<number, TaskState> {
    const found = this.#ended.get(token) ?? new Map<number, TaskState>();
    this.#ended.set(token, found);
    return found;
  }

  async cancel(submission: SlurmSubmission, tasks: readonly number[], how: 'stop' | 'kill'): Promise<void> {
    if (tasks.length === 0) return;
    const jobs = submission.jobs ?? (await this.#taken(submission, await this.#slurm.largestArray()));
    const chosen = new Set(tasks);
    const waiting: number[] = [];
    const running: number[] = [];
    const states = (await this.#queued([{ ...submission, jobs }])).get(submission.token);
    for (const [task, { state }] of states ?? []) {
      if (chosen.has(task) && state !== 'over') (state === 'waiting' ? waiting : running).push(task);
    }
    // First those that wait: one that begins meanwhile is ended by Slurm, with SIGTERM and some time.
    await this.#slurm.scancel([], elementWords(jobs, waiting));
    // Slurm keeps no record of those.
    for (const task of waiting) keep(this.#endedOf(submission.token), task, CANCELLED);
    // Without --batch the signal goes to the steps of a job, and these have none (tried with 22.05.8).
    await this.#slurm.scancel(
      how === 'stop' ? ['--signal=TERM', '--batch'] : [],
      elementWords(jobs, running),
    );
  }

  async logs({ folder }: SlurmSubmission, task: number): Promise<string> {
    const path = join(folder, 'tasks', `${task}`, taskFiles.output);
    try {
      await using file = await open(path, 'r');
      const { size } = await file.stat();
      const length = Math.min(size, LAST_WORDS);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
      return buffer.toString('utf8', 0, bytesRead);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw fromFileError(error, path);
    }
  }

  /** The tasks write into the folder itself. */
  async fetch(): Promise<void> {}

  /** What the controller says of the tasks of these submissions, in one call. */
  async #queued(
    submissions: readonly SlurmSubmission[],
    signal?: AbortSignal,
  ): Promise<Map<string, Map<number, TaskState>>> {
    const isKnown = submissions.every(({ jobs }) => jobs !== null);
    const names = submissions.flatMap(({ token, jobs }) => (jobs ?? []).map((job) => arrayName(token, job)));
    return statesIn(submissions, await this.#slurm.squeue(isKnown ? names : null, signal));
  }
}

/** An administrator may send even a task that was over back into the queue. */
function keep(ended: Map<number, TaskState>, task: number, state: TaskState): void {
  if (state.state === 'over') ended.set(task, state);
  else ended.delete(task);
}

/** @returns by token, which all have an entry */
function statesIn(
  submissions: readonly SlurmSubmission[],
  words: readonly ElementWord[],
): Map<string, Map<number, TaskState>> {
  const states = new Map(submissions.map(({ token }) => [token, new Map<number, TaskState>()]));
  const own = new Map(
    submissions.map(({ token, jobs }) => [token, jobs && new Set(jobs.map(({ id }) => id))]),
  );
  // What is said of all the rest comes last.
  const ordered = [...words].sort(
    (a, b) => Number(a.element === undefined) - Number(b.element === undefined),
  );
  // Thousands of tasks share a few names, states and nodes.
  const partOf = remembered(partNamed);
  const stateAs = remembered((_: string, word: ElementWord) => taskStateOf(word));
  for (const word of ordered) {
    const part = partOf(word.name);
    if (part === undefined) continue;
    const ofToken = states.get(part.token);
    // Another studio may have handed over the same tasks: its array does nothing, and says nothing of these.
    if (ofToken === undefined || own.get(part.token)?.has(word.job) === false) continue;
    const { code, signal } = word.exit;
    const state = stateAs(`${word.state}|${word.reason}|${code}|${signal}|${word.nodes}`, word);
    const { first, count } = part;
    if (word.element !== undefined) ofToken.set(first + word.element, state);
    else {
      for (let task = first; task < first + count; task++) if (!ofToken.has(task)) ofToken.set(task, state);
    }
  }
  return states;
}

/** @returns the function, which is asked once per key */
function remembered<T, Rest extends readonly unknown[]>(
  find: (key: string, ...rest: Rest) => T,
): (key: string, ...rest: Rest) => T {
  const known = new Map<string, T>();
  return (key, ...rest) => {
    const there = known.get(key);
    if (there !== undefined) return there;
    const found = find(key, ...rest);
    known.set(key, found);
    return found;
  };
}
