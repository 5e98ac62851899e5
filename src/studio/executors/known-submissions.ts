/**
 * Which submissions a data folder has: those in its folder `submissions`, and those of which a pointer lies there, `<token>.json`, because
 * somebody asked for another folder. A pointer names the runs too, as that folder may be out of reach.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomicSync } from '../../node/atomic-file.ts';
import { z } from 'zod';
import { fromFileError, isDiskFull } from '../../node/file-error.ts';
import { idSchema } from '../../shared/contract/texts.ts';
import type { AppError } from '../../shared/errors.ts';
import type { ExecutorChoice } from '../../shared/executor.ts';
import { folderWithin } from '../store/data-folder-lock.ts';
import {
  readSubmission,
  repairSubmission,
  runsOfSpecs,
  submissionFolders,
  type StoredSubmission,
} from './submission.ts';

const FOLDER = 'submissions';
const FOLLOWED_FILE = 'followed.json';

const pointerSchema = z.strictObject({ folder: z.string().min(1), runs: z.array(idSchema) });

/** A submission of which nothing can be read, now or for good. */
export interface Unread {
  readonly folder: string;
  /** As far as they are known. */
  readonly runs: readonly string[];
  readonly error: AppError;
}

export interface KnownSubmissions {
  /** In the order in which they were made. */
  readonly submissions: readonly StoredSubmission[];
  /** Somebody may bring their folders back: a file system that is away, say. */
  readonly outOfReach: readonly Unread[];
  /** Neither their own file nor their tasks can be believed. */
  readonly damaged: readonly Unread[];
  /** What was damaged and has been put right, in sentences. */
  readonly repaired: readonly string[];
}

/** Where submissions of a choice lie, as this machine sees it; those on hosts of ssh have a copy here. */
export function submissionsFolder(dataDir: string, choice: ExecutorChoice): string {
  if (choice.kind !== 'ssh' && choice.folder !== undefined) return choice.folder;
  return folderWithin(dataDir, FOLDER);
}

/** Makes a submission one of this data folder. */
export function announceSubmission(dataDir: string, { token, folder, runs }: StoredSubmission): void {
  const own = folderWithin(dataDir, FOLDER);
  if (dirname(folder) === own) return;
  const path = join(own, `${token}.json`);
  try {
    writeFileAtomicSync(path, JSON.stringify({ folder, runs }));
  } catch (error) {
    throw fromFileError(error, path);
  }
}

/** What can be read of them. */
export function knownSubmissions(dataDir: string): KnownSubmissions {
  const own = join(dataDir, FOLDER);
  const pointers = namesIn(own).flatMap((name) => {
    if (!name.endsWith('.json')) return [];
    return readPointer(join(own, name)) ?? [];
  });
  const found = { submissions: [], outOfReach: [], damaged: [], repaired: [] } as {
    -readonly [Key in keyof KnownSubmissions]: KnownSubmissions[Key][number][];
  };
  for (const folder of submissionFolders(own)) read({ folder, runs: [] }, found);
  for (const pointer of pointers) read(pointer, found);
  found.submissions.sort((a, b) => a.createdAt - b.createdAt);
  return found;
}

/** Of a folder that is made when it is used first. */
function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** As `writeSubmission` calls what it has not finished. */
const UNFINISHED = /^\.[a-z0-9]{10}\.[0-9a-f]+\.tmp$/;

/** Removes submissions that a studio which was killed did not finish. For the owner of the folder, before it makes any. */
export function removeUnfinished(dataDir: string): void {
  const own = join(dataDir, FOLDER);
  for (const name of namesIn(own)) {
    if (!UNFINISHED.test(name)) continue;
    try {
      rmSync(join(own, name), { recursive: true, force: true });
    } catch {
      // It is in nobody's way.
    }
  }
}

function read(
  { folder, runs }: z.infer<typeof pointerSchema>,
  found: { readonly [Key in keyof KnownSubmissions]: KnownSubmissions[Key][number][] },
): void {
  try {
    found.submissions.push(readSubmission(folder));
    return;
  } catch (raw) {
    const error = fromFileError(raw, folder) as AppError;
    if (error.kind !== 'validation') {
      const theirs = runs.length > 0 ? runs : runsOfSpecs(folder);
      if (runs.length > 0 || (theirs.length > 0 && error.kind !== 'not-found'))
        found.outOfReach.push({ folder, runs: theirs, error });
      // Whose it is nobody knows, and no run may be handed over twice. One that is being removed loses its own file first.
      else if (error.kind !== 'not-found') found.damaged.push({ folder, runs: [], error });
      return;
    }
    try {
      found.submissions.push(repairSubmission(folder));
      found.repaired.push(`${error.message}; it was rebuilt from its tasks`);
    } catch {
      found.damaged.push({ folder, runs: runs.length > 0 ? runs : runsOfSpecs(folder), error });
    }
  }
}

function readPointer(path: string): z.infer<typeof pointerSchema> | undefined {
  try {
    return pointerSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** With all of its files. */
export async function removeSubmission(
  dataDir: string,
  { token, folder }: Pick<StoredSubmission, 'token' | 'folder'>,
): Promise<void> {
  try {
    // First what it is found by: of what then cannot be removed nothing is begun anew.
    await rm(join(folder, 'submission.json'), { force: true });
    rmSync(join(dataDir, FOLDER, `${token}.json`), { force: true });
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    throw fromFileError(error, folder);
  }
}

const followedSchema = z.record(z.string(), z.int().nonnegative());

/** Bytes of each task's messages that are stored, by task, as it was a while ago: a place to go on from, and no more. */
export function followedOf(folder: string): ReadonlyMap<number, number> {
  try {
    const found = followedSchema.parse(JSON.parse(readFileSync(join(folder, FOLLOWED_FILE), 'utf8')));
    return new Map(Object.entries(found).map(([task, offset]) => [Number(task), offset]));
  } catch {
    return new Map();
  }
}

/** @returns whether there was space for it */
export function keepFollowed(folder: string, followed: ReadonlyMap<number, number>): boolean {
  try {
    writeFileAtomicSync(join(folder, FOLLOWED_FILE), JSON.stringify(Object.fromEntries(followed)), {
      fsync: false,
    });
    return true;
  } catch (error) {
    // More is read again.
    return !isDiskFull(error);
  }
}
