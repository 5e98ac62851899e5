/** How tasks become arrays of Slurm: which tasks are in which array, what the arrays are called, and what sbatch is told. */
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { SlurmChoice } from '../../shared/executor.ts';
import { taskFiles } from '../../shared/task.ts';
import type { Job, Submission } from './executor.ts';

/** Tasks `first` to `first + count - 1`, which are the elements 0 to `count - 1` of one array. */
export interface Part {
  readonly first: number;
  readonly count: number;
}

/** Its name tells which tasks an array has, so that it can be found again without anything but the token. */
export function arrayName(token: string, { first, count }: Part): string {
  return `gumbel-${token}-${first}-${first + count - 1}`;
}

export function partNamed(name: string): (Part & { readonly token: string }) | undefined {
  const [, token, first, last] = /^gumbel-([a-z0-9]{10})-(\d{1,9})-(\d{1,9})$/.exec(name) ?? [];
  if (token === undefined) return undefined;
  return { token, first: Number(first), count: Number(last) - Number(first) + 1 };
}

/**
 * The arrays that have to be submitted so that every task is in one. A part begins at a multiple of a power of ten and has at
 * most so many tasks: the numbers of its tasks are then a prefix with the number of the element after it, which is all that
 * Slurm's patterns for the name of an output file can express.
 * @param most elements that an array may have
 * @param taken parts that Slurm has already
 */
export function missingParts(tasks: number, most: number, taken: readonly Part[]): readonly Part[] {
  const largest = powerOfTenUpTo(most);
  const parts: Part[] = [];
  let first = 0;
  while (first < tasks) {
    const at = first;
    const there = taken.find((part) => part.first <= at && at < part.first + part.count);
    if (there !== undefined) {
      first = there.first + there.count;
      continue;
    }
    const next = Math.min(tasks, ...taken.map((part) => part.first).filter((start) => start > at));
    const count = Math.min(sizeOfPartAt(first, largest), next - first);
    parts.push({ first, count });
    first += count;
  }
  return parts;
}

function powerOfTenUpTo(most: number): number {
  let power = 1;
  while (power * 10 <= most) power *= 10;
  return power;
}

function sizeOfPartAt(first: number, largest: number): number {
  let size = largest;
  while (first % size !== 0) size /= 10;
  return size;
}

/** What sbatch is told, but for the script's own arguments. The user's options are last, as the last one counts. */
export function sbatchOptions({ token, folder, choice }: Submission<SlurmChoice>, part: Part): string[] {
  const { partition, account, qos, gres, cpus, memory, time, arrayLimit, options } = choice;
  const limit = arrayLimit === undefined ? '' : `%${arrayLimit}`;
  return [
    '--parsable',
    `--job-name=${arrayName(token, part)}`,
    `--array=0-${part.count - 1}${limit}`,
    // What a node or a preemption takes away begins again, from its checkpoint.
    '--requeue',
    '--open-mode=append',
    `--output=${outputPattern(folder, part)}`,
    '--export=ALL',
    '--ntasks=1',
    `--cpus-per-task=${cpus}`,
    ...(time === undefined ? [] : [`--time=${time}`, ...warning(time)]),
    ...(memory === undefined ? [] : [`--mem=${memory}`]),
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(account === undefined ? [] : [`--account=${account}`]),
    ...(qos === undefined ? [] : [`--qos=${qos}`]),
    ...(gres === undefined ? [] : [`--gres=${gres}`]),
    ...options,
  ];
}

/** With it Slurm's own last words ("CANCELLED ... DUE TO TIME LIMIT") come to the output of the task. */
function outputPattern(folder: string, { first }: Part): string {
  if (/[%\\]/.test(folder)) {
    throw new AppError(
      'validation',
      `Slurm cannot write into ${folder}: it reads % and \\ in a path as special characters; choose another folder for the tasks`,
      { path: 'executor.folder' },
    );
  }
  // sbatch fills the number of the element up to as many digits as the number of the first task has zeros at its end.
  const [zeros = ''] = /0*$/.exec(`${first}`) ?? [];
  const prefix = `${first}`.slice(0, -zeros.length || undefined);
  const number = first === 0 ? '%a' : zeros === '' ? prefix : `${prefix}%${zeros.length}a`;
  return join(folder, 'tasks', number, taskFiles.output);
}

/** Seconds: below it the warning would come when a task has hardly begun, as Slurm may send it a minute early. */
const SHORT_LIMIT = 300;

/**
 * A minute before the limit the task itself gets SIGTERM and writes its checkpoint, and ends in good order. Short limits go
 * without: there Slurm's own SIGTERM at the limit has to do.
 */
function warning(time: string): readonly string[] {
  const seconds = secondsOf(time);
  return seconds !== undefined && seconds < SHORT_LIMIT ? [] : ['--signal=B:TERM@60'];
}

/** `minutes`, `minutes:seconds`, `hours:minutes:seconds`, `days-hours`, ...; undefined: none of them, a matter for sbatch. */
function secondsOf(time: string): number | undefined {
  const [, days, rest = ''] = /^(?:(\d+)-)?(\d+(?::\d+){0,2})$/.exec(time) ?? [];
  if (rest === '') return undefined;
  const numbers = rest.split(':').map(Number);
  const [a = 0, b = 0, c = 0] = numbers;
  if (days !== undefined) return Number(days) * 86_400 + a * 3600 + b * 60 + c;
  return numbers.length === 3 ? a * 3600 + b * 60 + c : a * 60 + b;
}

/** What trains a task, as the nodes see it. */
export interface TaskProgram {
  /** A Node binary. */
  readonly node: string;
  /** bin/main.js of the package. */
  readonly main: string;
}

/**
 * The batch script. Its argument is the number of the array's first task; a person can start one task by hand with it. It becomes
 * the task (`exec`), so that the signals for the batch process reach it.
 */
export function batchScript({ token, folder }: Submission, { node, main }: TaskProgram): string {
  const words = [node, main, 'run-one'].map(quoted).join(' ');
  return `#!/bin/sh
# Tasks of Gumbel Studio, submission ${token}: each trains one run and writes into its own folder.
# One by hand: SLURM_ARRAY_TASK_ID=<task> sh ${SCRIPT} 0
task=$(( $1 + SLURM_ARRAY_TASK_ID ))
exec ${words} ${quoted(join(folder, 'specs'))}/"$task".json --out ${quoted(join(folder, 'tasks'))}/"$task"
`;
}

/** In the folder of the submission. */
export const SCRIPT = 'slurm.sh';

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** As scancel takes them: `12_[0-3,7]`, one word per job and as many as needed, so that no word is too long for Slurm. */
export function elementWords(jobs: readonly Job[], tasks: readonly number[]): readonly string[] {
  return jobs.flatMap(({ id, first, count }) => {
    const elements = tasks
      .filter((task) => task >= first && task < first + count)
      .map((task) => task - first)
      .sort((a, b) => a - b);
    const ranges: [number, number][] = [];
    for (const element of elements) {
      const last = ranges.at(-1);
      if (last !== undefined && element <= last[1] + 1) last[1] = element;
      else ranges.push([element, element]);
    }
    const words: string[] = [];
    for (let from = 0; from < ranges.length; from += MOST_RANGES) {
      const some = ranges.slice(from, from + MOST_RANGES).map(([a, b]) => (a === b ? `${a}` : `${a}-${b}`));
      words.push(`${id}_[${some.join(',')}]`);
    }
    return words;
  });
}

const MOST_RANGES = 100;
