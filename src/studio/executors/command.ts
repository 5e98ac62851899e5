/**
 * Tasks through a line for `sh` that a person wrote, for any engine whose commands take a job and cancel it: PBS, LSF, Kubernetes. It has no
 * way to ask how a job stands, so that tasks are what their folders say.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fromFileError } from '../../node/file-error.ts';
import { trainerProgram } from '../../node/trainer-program.ts';
import { AppError } from '../../shared/errors.ts';
import type { CommandChoice } from '../../shared/executor.ts';
import { shellWord } from '../../shared/shell-word.ts';
import { taskFiles } from '../../shared/task.ts';
import type { Executor, Job, Submission, TaskState, TaskStates } from './executor.ts';
import { askProgram, lastComplaint } from './external-program.ts';
import { claimPath, holderIn, isAlive, placeHere, type Place } from './holder.ts';
import { specPath, taskFolder } from './task-folder.ts';

type CommandSubmission = Submission<CommandChoice>;

/** Which jobs the lines made, one JSON object a line, each written when it is known. */
const JOBS_FILE = 'jobs.jsonl';
/** Lines that are under way at once. */
const AT_ONCE = 8;
const LIMIT_MS = 60_000;
/** Files that are looked at at once. */
const LOOKS_AT_ONCE = 64;
const LAST_WORDS = 8192;

const jobSchema = z.object({ task: z.int().nonnegative(), id: z.string() });

export class CommandExecutor implements Executor<CommandChoice> {
  readonly kind = 'command';
  /** A poll looks into folders alone. */
  readonly longestRest = 5000;
  readonly #limit: number;

  /** @param limit milliseconds that a line may take */
  constructor(limit = LIMIT_MS) {
    this.#limit = limit;
  }

  async submit(submission: CommandSubmission, signal: AbortSignal): Promise<readonly Job[]> {
    const { folder, tasks, choice } = submission;
    const known = jobsIn(folder);
    const missing: number[] = [];
    for (let task = 0; task < tasks; task++) {
      // Of one that was handed over and not written down its own claim tells, if it has begun; if it has not, the second one will end by itself.
      if (!known.has(task) && !(await exists(join(taskFolder(folder, task), taskFiles.claim))))
        missing.push(task);
    }
    await inTurns(missing, AT_ONCE, async (task) => {
      signal.throwIfAborted();
      const answer = await this.#ask(filled(choice.command, submission, task), known.size === 0);
      const id = answer.trim().split(/\s+/).at(-1) ?? '';
      known.set(task, id);
      keepJob(folder, task, id);
    });
    return Array.from({ length: tasks }, (_, task) => ({
      id: known.get(task) || nameOf(submission, task),
      first: task,
      count: 1,
    }));
  }

  async poll(submissions: readonly CommandSubmission[]): Promise<ReadonlyMap<string, TaskStates>> {
    const states = new Map<string, TaskStates>();
    const here = placeHere();
    for (const { token, folder, tasks } of submissions) {
      const found = new Map<number, TaskState>();
      const numbers = Array.from({ length: tasks }, (_, task) => task);
      await inTurns(numbers, LOOKS_AT_ONCE, async (task) => {
        const state = await stateIn(taskFolder(folder, task), here);
        if (state !== undefined) found.set(task, state);
      });
      states.set(token, found);
    }
    return states;
  }

  async cancel(submission: CommandSubmission, tasks: readonly number[]): Promise<void> {
    const { cancel } = submission.choice;
    // What is in their folders ends them all the same.
    if (cancel === undefined) return;
    const known = jobsIn(submission.folder);
    const failures: Error[] = [];
    const here = placeHere();
    await inTurns(tasks, AT_ONCE, async (task) => {
      // Whatever has the id of its process now is a stranger's.
      if ((await stateIn(taskFolder(submission.folder, task), here))?.state === 'over') return;
      const id = known.get(task) ?? '';
      const line = filled(cancel, submission, task).replaceAll('{id}', () => shellWord(id));
      await this.#ask(line, false).catch((error: unknown) => failures.push(error as Error));
    });
    const [first] = failures;
    if (first !== undefined) throw new AppError('external', `the line that cancels: ${first.message}`);
  }

  async logs({ folder }: CommandSubmission, task: number): Promise<string> {
    const path = join(taskFolder(folder, task), taskFiles.output);
    try {
      const file = await open(path, 'r');
      try {
        const { size } = await file.stat();
        const from = Math.max(0, size - LAST_WORDS);
        const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
        return buffer.toString('utf8', 0, bytesRead);
      } finally {
        await file.close();
      }
    } catch {
      return '';
    }
  }

  fetch(): Promise<void> {
    return Promise.resolve();
  }

  /** @param first nothing was handed over yet: then a line that fails is a wrong one */
  async #ask(line: string, first: boolean): Promise<string> {
    const answer = await askProgram({
      ...{ program: 'sh', args: ['-c', line], timeLimit: this.#limit },
      remedy: 'command lines of an executor need a POSIX shell',
    });
    if (answer.code === 0) return answer.stdout;
    const why = lastComplaint(answer);
    throw new AppError(
      first ? 'validation' : 'external',
      `it ended with exit code ${answer.code}${why === '' ? '' : `: ${why}`}; the line was ${line}`,
      { path: 'executor.command' },
    );
  }
}

function filled(line: string, submission: CommandSubmission, task: number): string {
  const { folder } = submission;
  const out = taskFolder(folder, task);
  const { node, main } = trainerProgram();
  const command = [node, main, 'run-one', specPath(folder, task), '--out', out].map(shellWord).join(' ');
  const words = { command, name: nameOf(submission, task), output: join(out, taskFiles.output) };
  return line.replace(/\{(command|name|output)\}/g, (_, word: keyof typeof words) => shellWord(words[word]));
}

function nameOf({ token }: CommandSubmission, task: number): string {
  return `gumbel-${token}-${task}`;
}

function jobsIn(folder: string): Map<number, string> {
  const found = new Map<number, string>();
  let text = '';
  try {
    text = readFileSync(join(folder, JOBS_FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw fromFileError(error, folder);
  }
  for (const line of text.split('\n')) {
    try {
      const { task, id } = jobSchema.parse(JSON.parse(line));
      found.set(task, id);
    } catch {
      // The last one may have been cut off.
    }
  }
  return found;
}

function keepJob(folder: string, task: number, id: string): void {
  const path = join(folder, JOBS_FILE);
  try {
    appendFileSync(path, `${JSON.stringify({ task, id })}\n`, { flush: true });
  } catch (error) {
    throw fromFileError(error, path);
  }
}

/** Whoever holds the folder runs; of a process of this machine it can be told that it is gone. */
async function stateIn(folder: string, here: Place): Promise<TaskState | undefined> {
  let text: string | undefined;
  for (let number = 1; ; number += 1) {
    try {
      text = await readFile(claimPath(folder, number), 'utf8');
    } catch {
      break;
    }
  }
  if (text === undefined) return undefined;
  const holder = holderIn(text);
  if (holder === undefined) return { state: 'running', reason: '' };
  const { host, pid } = holder;
  if (isAlive(holder, here) !== false) return { state: 'running', reason: '', host };
  return { state: 'over', ended: 'interrupted', reason: `its process (${pid} on ${host}) is gone`, host };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Does work on each of many, so many at once, and ends with the first failure once those under way have ended. */
async function inTurns<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = [...items];
  let failed = false;
  const worker = async () => {
    for (let item = rest.shift(); item !== undefined && !failed; item = rest.shift()) {
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason as Error;
}
