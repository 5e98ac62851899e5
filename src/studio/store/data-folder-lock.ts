/**
 * One writing studio per data folder. Two guards, because each alone has a hole:
 * - `studio.lock`, an SQLite file held in an open exclusive transaction. The kernel frees it however the process ends, so it
 *   is never stale; but on network disks such locks may not reach another machine.
 * - `studio.lock.json` says who holds the folder. Its modification time, stamped by the disk that keeps it, is the lease:
 *   renewed every few seconds, and respected by other machines while it is fresh. On the holder's own machine only the lock
 *   counts.
 */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { localTime } from '../../node/local-time.ts';
import { fromFileError } from '../../node/file-error.ts';
import { HolderFile } from './lock-holder.ts';
import { LOCK_FILE, OsLock } from './os-lock.ts';

export interface DataFolderLock {
  readonly dir: string;
  /**
   * Throws AppError `conflict` if another machine took the folder over (this one slept, or its disk was away), `external` if the
   * folder, its lock or a guarded file was removed or replaced. Cheap: it looks once a second at most, unless it is to look now.
   */
  assertHeld(when?: 'now'): void;
  /** From now on this file must stay the one that it is. */
  guard(path: string): void;
  /** Gives the folder back; a second call does nothing. */
  release(): void;
}

const renewEveryMs = 5_000;
/** Four renewals may be missed. */
const leaseMs = 20_000;
/** How long a starter waits for a holder that is just beginning or ending. */
const patienceMs = 500;
const pauseMs = 25;
/** Between two looks at the folder. */
const lookEveryMs = 1_000;

/**
 * A folder right in the data folder, made where it is not there. The data folder itself is not: where that is gone, none is made
 * in its place.
 * @throws Error of the file system
 */
export function folderWithin(dataDir: string, name: string): string {
  const folder = join(dataDir, name);
  if (!existsSync(folder)) mkdirSync(folder);
  return folder;
}

/**
 * Takes the data folder for `program` (its command line as a person knows it, `gumbel-studio run`), and makes the folder if
 * need be. Throws AppError `conflict` that names the holder.
 */
export function lockDataFolder(dir: string, program: string): DataFolderLock {
  const folder = resolve(dir);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new AppError(
      'precondition',
      `the data folder ${folder} cannot be created (${String(error)}); choose another with --data-dir`,
      {
        path: folder,
        cause: error,
      },
    );
  }
  try {
    const holder = new HolderFile(folder, program);
    const osLock = acquire(folder, holder);
    try {
      claim(folder, holder);
    } catch (error) {
      osLock.release();
      throw error;
    }
    return hold(folder, holder, osLock);
  } catch (error) {
    throw fromFileError(error, folder);
  }
}

/**
 * Whether a studio owns the data folder, here or (as far as the lease tells) on another machine; also where that cannot be
 * found out. Never takes the lock from anyone.
 */
export function isDataFolderHeld(dir: string): boolean {
  const folder = resolve(dir);
  if (OsLock.isHeld(folder) !== false) return true;
  try {
    const holder = new HolderFile(folder, '');
    const other = holder.read();
    return other !== undefined && other.host !== holder.host && other.ageMs < leaseMs;
  } catch {
    // A folder that can only be read: on this machine nobody holds it.
    return false;
  }
}

function acquire(folder: string, holder: HolderFile): OsLock {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const lock = OsLock.acquire(folder);
    if (lock) return lock;
    const other = holder.read();
    if (performance.now() >= deadline || (other && isAlive(other, holder.host))) throw inUse(folder, other);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
  }
}

/** With the lock in hand, the holder file: another machine may have it although the lock did not reach us. */
function claim(folder: string, holder: HolderFile): void {
  const other = holder.read();
  if (other && other.host !== holder.host && other.ageMs < leaseMs) throw inUse(folder, other);
  holder.write();
  if (holder.owner() === 'another') throw inUse(folder, holder.read());
}

function hold(folder: string, holder: HolderFile, osLock: OsLock): DataFolderLock {
  let renewedAt = performance.now();
  let lookedAt = renewedAt;
  const guarded = new Map<string, string | undefined>();
  const guard = (path: string) => guarded.set(path, identity(path));
  guard(folder);
  guard(join(folder, LOCK_FILE));
  let lost = false;
  let replaced: string | undefined;
  let released = false;
  const renew = () => {
    const owner = holder.owner();
    if (owner === 'another') lost = true;
    else if (owner === 'this process' && holder.renew()) renewedAt = performance.now();
  };
  const timer = setInterval(renew, renewEveryMs);
  timer.unref();
  return {
    dir: folder,
    guard,
    assertHeld(when) {
      // The holder file goes with a folder that is moved away: a lost lease is reason enough to look.
      if (!released && (when === 'now' || lost || performance.now() - lookedAt > lookEveryMs)) {
        lookedAt = performance.now();
        replaced ??= [...guarded].find(([path, known]) => ![known, undefined].includes(identity(path)))?.[0];
      }
      if (replaced !== undefined) {
        lost = true;
        throw new AppError(
          'external',
          `${replaced} was removed or replaced while the studio was open: what has been stored since is lost; restore it from a backup, or start again with another folder (--data-dir)`,
          { path: replaced },
        );
      }
      if (!lost && !released && performance.now() - renewedAt > leaseMs) renew();
      if (lost || released) {
        throw new AppError(
          'conflict',
          `the data folder ${folder} is no longer held by this process; stop it and start again`,
          {
            path: folder,
          },
        );
      }
    },
    release() {
      if (released) return;
      released = true;
      clearInterval(timer);
      if (!lost) holder.remove();
      osLock.release();
    },
  };
}

/** Device and number of what is there; empty if nothing is; undefined if the disk does not say at the moment. */
function identity(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? '' : undefined;
  }
}

type Holder = ReturnType<HolderFile['read']>;

/** The lock is taken, so a holder on this machine that runs is the one. */
function isAlive(other: NonNullable<Holder>, host: string): boolean {
  if (other.host !== host) return other.ageMs < leaseMs;
  try {
    process.kill(other.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function inUse(folder: string, other: Holder): AppError {
  const who = other
    ? `${other.program} (pid ${other.pid} on host ${other.host}, since ${localTime(Date.parse(other.startedAt))})`
    : 'another process';
  return new AppError(
    'conflict',
    `the data folder ${folder} is in use by ${who}; stop it or choose another with --data-dir`,
    { path: folder },
  );
}
