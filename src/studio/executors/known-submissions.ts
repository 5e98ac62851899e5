/**
 * Which submissions a data folder has: those in its folder `submissions`, and those of which a pointer lies there, `<token>.json`, because
 * somebody asked for another folder. A pointer names the runs too, as that folder may be out of reach.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { fromFileError } from '../../node/file-error.ts';
import { idSchema } from '../../shared/contract/texts.ts';
import type { AppError } from '../../shared/errors.ts';
import type { ExecutorChoice } from '../../shared/executor.ts';
import { folderWithin } from '../store/data-folder-lock.ts';
import { readSubmission, submissionsIn, type StoredSubmission } from './submission.ts';

const FOLDER = 'submissions';
const FOLLOWED_FILE = 'followed.json';

const pointerSchema = z.strictObject({ folder: z.string().min(1), runs: z.array(idSchema) });

/** A submission that cannot be read now. */
export interface OutOfReach {
  readonly folder: string;
  readonly runs: readonly string[];
  readonly error: AppError;
}

export interface KnownSubmissions {
  /** In the order in which they were made. */
  readonly submissions: readonly StoredSubmission[];
  readonly outOfReach: readonly OutOfReach[];
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
    writeFileAtomic.sync(path, JSON.stringify({ folder, runs }));
  } catch (error) {
    throw fromFileError(error, path);
  }
}

/** What can be read of them. */
export function knownSubmissions(dataDir: string): KnownSubmissions {
  const own = folderWithin(dataDir, FOLDER);
  const submissions = [...submissionsIn(own).submissions];
  const outOfReach: OutOfReach[] = [];
  for (const name of readdirSync(own)) {
    const pointer = name.endsWith('.json') ? readPointer(join(own, name)) : undefined;
    if (pointer === undefined) continue;
    try {
      submissions.push(readSubmission(pointer.folder));
    } catch (error) {
      outOfReach.push({ ...pointer, error: fromFileError(error, pointer.folder) as AppError });
    }
  }
  return { submissions: submissions.sort((a, b) => a.createdAt - b.createdAt), outOfReach };
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

export function keepFollowed(folder: string, followed: ReadonlyMap<number, number>): void {
  try {
    writeFileAtomic.sync(join(folder, FOLLOWED_FILE), JSON.stringify(Object.fromEntries(followed)), {
      fsync: false,
    });
  } catch {
    // Out of reach, or full: more is read again.
  }
}
