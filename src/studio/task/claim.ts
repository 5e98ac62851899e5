/**
 * Who may work in a task's folder: whoever made the last claim, a file that only one process can make. The first is `claim.json`, further ones
 * `claim-2.json`, `claim-3.json`, ...: a claim is followed by another one only where its holder is known to have ended, or where its job was
 * started again. Whatever is not known counts as alive: to train nothing loses a place in a queue, to train twice could mix two files.
 */
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { link, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromFileError } from '../../node/file-error.ts';
import { claimPath, hasClaim, isAlive, readClaim, type Holder } from '../executors/holder.ts';
import { syncFolder, temporaryNameFor } from '../../node/atomic-file.ts';

export interface Claim {
  /** When the first job began in this folder, milliseconds since 1970. */
  readonly firstAt: number;
  /** Whether nobody has followed. @throws AppError external if the folder cannot be looked at now */
  isMine(): boolean;
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
        const firstAt = number === 1 ? holder.at : (readClaim(claimPath(folder, 1))?.at ?? holder.at);
        return { firstAt, isMine: () => isLast(folder, number) };
      }
      if (hasClaim(claimPath(folder, number + 1))) continue;
      const other = readClaim(path);
      if (other === undefined) return { ...holder, job: null, host: 'an unknown machine', pid: 0 };
      if (!mayFollow(other, holder)) return other;
    }
  } catch (error) {
    throw fromFileError(error, claimPath(folder, 1));
  }
}

function isLast(folder: string, number: number): boolean {
  const next = claimPath(folder, number + 1);
  try {
    return !hasClaim(next);
  } catch (error) {
    throw fromFileError(error, next);
  }
}

function mayFollow(other: Holder, mine: Holder): boolean {
  const alive = isAlive(other, mine);
  if (alive !== undefined) return !alive;
  return other.job !== null && other.job === mine.job && mine.restarts > other.restarts;
}

/** A file that is there whole or not at all, and that only one can make, on network file systems too. @returns false: another one has */
async function makeExclusively(path: string, text: string): Promise<boolean> {
  if (hasClaim(path)) return false;
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
