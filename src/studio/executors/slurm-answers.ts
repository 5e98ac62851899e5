/** What squeue, sacct and scontrol answer, read line by line. Tried with Slurm 22.05.8; recorded answers are in the tests. */
import { AppError } from '../../shared/errors.ts';
import type { SlurmWord } from './slurm-states.ts';

/** One element of an array. */
export interface ElementWord extends SlurmWord {
  /** Number of the array's job. */
  readonly job: string;
  /** Undefined: every element of which nothing else is said. Those that never began are one record, as when they are cancelled. */
  readonly element: number | undefined;
  readonly name: string;
}

/** Names and states are as long as they are with a sign after them, instead of a width. The name is last: it may have any sign in it. */
export const SQUEUE_FORMAT = ['ArrayJobID', 'ArrayTaskID', 'State', 'exit_code', 'Reason', 'NodeList', 'Name']
  .map((field) => `${field}:|`)
  .join(',');

/** All but the name, which a stranger's job may have with the sign in it. */
const FIELDS = 6;

/**
 * @returns elements of arrays whose names begin with `prefix`
 * @throws AppError `external` with the first line that is none of squeue's
 */
export function readSqueue(stdout: string, prefix: string): ElementWord[] {
  const found: ElementWord[] = [];
  for (const line of linesOf(stdout)) {
    const fields = line.split('|');
    const [job = '', element = '', state = '', exit = '', reason = '', nodes = ''] = fields;
    const isWhole = fields.length >= FIELDS + 2 && fields.at(-1) === '';
    if (!isWhole || !/^\d+$/.test(job) || !/^[A-Z_]+$/.test(state) || !/^\d+(?::\d+)?$/.test(exit)) {
      throw garbage('squeue', line);
    }
    const name = fields.slice(FIELDS, -1).join('|');
    if (!name.startsWith(prefix)) continue;
    found.push({ job, element: elementOf(element), state, reason, exit: exitOf(exit), nodes, name });
  }
  return found;
}

export const SACCT_FORMAT = 'JobID,State,ExitCode,NodeList,JobName';

const sacctLine =
  /^(?<job>\d+)(?:_(?<element>\d+|\[[^|]*\]))?(?:\+\d+)?\|(?<state>[A-Z_]+(?: by \w+)?)\|(?<code>\d+):(?<signal>\d+)\|(?<nodes>[^|]*)\|(?<name>.*)$/;

/** @throws AppError `external` with the first line that is none of sacct's */
export function readSacct(stdout: string): ElementWord[] {
  return linesOf(stdout).map((line) => {
    const fields = sacctLine.exec(line)?.groups;
    if (fields === undefined) throw garbage('sacct', line);
    const { job = '', element = '', state = '', code, signal, nodes = '', name = '' } = fields;
    return {
      job,
      element: elementOf(element),
      state,
      reason: '',
      exit: { code: Number(code), signal: Number(signal) },
      nodes,
      name,
    };
  });
}

/** Elements that an array may have: their numbers are below it. */
export function readMaxArraySize(stdout: string): number {
  const [, size] = /^MaxArraySize\s*=\s*(\d+)/m.exec(stdout) ?? [];
  if (size === undefined) throw garbage('scontrol show config', linesOf(stdout)[0] ?? '');
  if (Number(size) === 0) {
    throw new AppError(
      'validation',
      'this Slurm allows no job arrays (MaxArraySize = 0): choose another executor, such as a command with sbatch',
    );
  }
  return Number(size);
}

/** The number of the job, of `sbatch --parsable`; a cluster's name may follow. */
export function readJobId(stdout: string): string {
  // What a site's own plugin has to say may stand before it.
  const line = linesOf(stdout).at(-1) ?? '';
  const [, id] = /^(\d+)(?:;\S+)?$/.exec(line) ?? [];
  if (id === undefined) throw garbage('sbatch', line);
  return id;
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

function elementOf(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** squeue has the status as wait() has it: the signal in the lower bits, and the code above them. */
function exitOf(text: string): SlurmWord['exit'] {
  const [first = 0, signal] = text.split(':').map(Number);
  return signal === undefined ? { code: first >> 8, signal: first & 127 } : { code: first, signal };
}

const LONGEST_LINE = 200;

function garbage(program: string, line: string): AppError {
  const shown = line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
  return new AppError('external', `${program} gave an unexpected answer: ${JSON.stringify(shown)}`);
}
