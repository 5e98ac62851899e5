/**
 * Who works in a task's folder, as its claims say it: `claim.json`, and `claim-2.json`, `claim-3.json`, ... of those that followed. Whether a
 * holder is alive can be told on its own machine alone.
 */
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { taskFiles } from '../../shared/task.ts';
import { timestampSchema } from '../../shared/timestamp.ts';

const holderSchema = z.object({
  /** Id of its job, as its scheduler has it; null: nothing but a process. */
  job: z.string().nullable(),
  /** How often the scheduler has started the job again. */
  restarts: z.int().nonnegative(),
  host: z.string(),
  /** Where its pid means something: boot of the machine and namespace of pids; null: nobody can tell. */
  world: z.string().nullable(),
  pid: z.int(),
  /** When the process began, in the kernel's own count; null: nobody can tell. */
  began: z.string().nullable(),
  /** Milliseconds since 1970. */
  at: timestampSchema,
});
export type Holder = z.infer<typeof holderSchema>;

/** This process as a holder. @param environment that a scheduler has set */
export function holderHere(environment: Readonly<Record<string, string | undefined>>): Holder {
  const { SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: task, SLURM_JOB_ID: single } = environment;
  const job = array === undefined ? single : `${array}_${task}`;
  return {
    job: job ?? null,
    restarts: Number(environment['SLURM_RESTART_COUNT'] ?? 0) || 0,
    ...placeHere(),
    pid: process.pid,
    began: beginningOf(process.pid) ?? null,
    at: Date.now(),
  };
}

/** Where processes can be told from each other. */
export type Place = Pick<Holder, 'host' | 'world'>;

export function placeHere(): Place {
  return { host: hostname(), world: world() };
}

/** In words, for the sentence of whoever comes second. */
export function nameOf({ job, host, pid }: Holder): string {
  return job === null ? `process ${pid} on ${host}` : `job ${job} on ${host}`;
}

/** @param number 1: the first one */
export function claimPath(folder: string, number: number): string {
  return join(folder, number === 1 ? taskFiles.claim : taskFiles.claim.replace('.', `-${number}.`));
}

/** By the machine of the other one. Undefined: it cannot be told from here. */
export function isAlive(other: Holder, mine: Place): boolean | undefined {
  if (other.world === null || other.world !== mine.world || other.host !== mine.host) return undefined;
  const began = beginningOf(other.pid);
  if (began === undefined) return !isGone(other.pid);
  return other.began === null ? undefined : began === other.began;
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Field 22 of /proc/<pid>/stat; undefined where there is no such process, or no such file. */
function beginningOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended.
    return fields[0] === 'Z' ? 'ended' : fields[19];
  } catch {
    return undefined;
  }
}

/** Where a pid means something. */
function world(): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return null;
  }
}

export function hasClaim(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Undefined: there is none, or it cannot be read. */
export function readClaim(path: string): Holder | undefined {
  try {
    return holderIn(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param text of a claim; undefined: it is none */
export function holderIn(text: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
