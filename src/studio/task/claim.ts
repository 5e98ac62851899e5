/**
 * Who may work in a task's folder: whoever made the last claim, a file that only one process can make. The first is `claim.json`, further ones
 * `claim-2.json`, `claim-3.json`, ...: a claim is followed by another one only where its holder is known to have ended, or where its job was
 * started again. Whatever is not known counts as alive: to train nothing loses a place in a queue, to train twice could mix two files.
 */
import { readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { link, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { fromFileError } from '../../node/file-error.ts';
import { taskFiles } from '../../shared/task.ts';
import { timestampSchema } from '../../shared/timestamp.ts';
import { syncFolder, temporaryNameFor } from '../files/atomic-file.ts';

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

export interface Claim {
  /** When the first job began in this folder, milliseconds since 1970. */
  readonly firstAt: number;
  /** Whether nobody has followed. */
  isMine(): boolean;
}

/** This process as a holder. @param environment that a scheduler has set */
export function holderHere(environment: Readonly<Record<string, string | undefined>>): Holder {
  const { SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: task, SLURM_JOB_ID: single } = environment;
  const job = array === undefined ? single : `${array}_${task}`;
  return {
    job: job ?? null,
    restarts: Number(environment['SLURM_RESTART_COUNT'] ?? 0) || 0,
    host: hostname(),
    world: world(),
    pid: process.pid,
    began: beginningOf(process.pid) ?? null,
    at: Date.now(),
  };
}

/** In words, for the sentence of whoever comes second. */
export function nameOf({ job, host, pid }: Holder): string {
  return job === null ? `process ${pid} on ${host}` : `job ${job} on ${host}`;
}

/**
 * Claims a folder for this process.
 * @returns the claim, or who has it
 * @throws AppError disk-full, external
 */
export async function claim(folder: string, holder: Holder): Promise<Claim | Holder> {
  try {
    for (let number = 1; ; number += 1) {
      const path = claimPath(folder, number);
      // Somebody may make the same one at the same time: then it is theirs, and looked at.
      if (await makeExclusively(path, `${JSON.stringify(holder)}\n`)) {
        const firstAt = number === 1 ? holder.at : (read(claimPath(folder, 1))?.at ?? holder.at);
        return { firstAt, isMine: () => !exists(claimPath(folder, number + 1)) };
      }
      if (exists(claimPath(folder, number + 1))) continue;
      const other = read(path);
      if (other === undefined) return { ...holder, job: null, host: 'a machine that cannot be told', pid: 0 };
      if (!mayFollow(other, holder)) return other;
    }
  } catch (error) {
    throw fromFileError(error, claimPath(folder, 1));
  }
}

function claimPath(folder: string, number: number): string {
  return join(folder, number === 1 ? taskFiles.claim : taskFiles.claim.replace('.', `-${number}.`));
}

function mayFollow(other: Holder, mine: Holder): boolean {
  const alive = isAlive(other, mine);
  if (alive !== undefined) return !alive;
  return other.job !== null && other.job === mine.job && mine.restarts > other.restarts;
}

/** Undefined: it cannot be told from here. */
function isAlive(other: Holder, mine: Holder): boolean | undefined {
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

function world(): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return null;
  }
}

/** A file that is there whole or not at all, and that only one can make, on network file systems too. @returns false: another one has */
async function makeExclusively(path: string, text: string): Promise<boolean> {
  if (exists(path)) return false;
  const temporary = temporaryNameFor(path);
  try {
    writeFileSync(temporary, text, { flush: true });
    try {
      await link(temporary, path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // An answer that got lost is asked for again, and then the file is there already: it is ours if it has two names.
      if (code === 'EEXIST') return statSync(temporary).nlink === 2;
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
      // File systems without hard links.
      await writeFile(path, text, { flag: 'wx', flush: true });
    }
    syncFolder(join(path, '..'));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function read(path: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
