/** Submissions as folders: tasks that are handed over together, and what is known of them (docs/adr/0026). */
import { randomInt } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { fromFileError } from '../../node/file-error.ts';
import { idSchema } from '../../shared/contract/texts.ts';
import { AppError } from '../../shared/errors.ts';
import { executorSchema, type ExecutorChoice } from '../../shared/executor.ts';
import type { ComparisonRecord, RunRecord, RunTask } from '../../shared/run.ts';
import { TASK_SPEC_VERSION, taskSpecSchema, type Canary } from '../../shared/task.ts';
import { timestampSchema } from '../../shared/timestamp.ts';
import { publish, syncFolder, temporaryNameFor, writeFileAtomicSync } from '../../node/atomic-file.ts';
import type { Job, Submission } from './executor.ts';
import { fillTask, readJson, readSpec, specPath } from './task-folder.ts';

const FILE = 'submission.json';
const VERSION = 1;
const TOKEN = /^[a-z0-9]{10}$/;
/** Task folders that are made at once: each waits for the disk. */
const AT_ONCE = 32;

const submissionSchema = z.strictObject({
  version: z.literal(VERSION),
  token: taskSpecSchema.shape.token,
  choice: executorSchema,
  comparison: idSchema,
  /** In the order of their tasks. */
  runs: z.array(idSchema).min(1),
  jobs: z
    .array(z.strictObject({ id: z.string().min(1), first: z.int().nonnegative(), count: z.int().positive() }))
    .nullable(),
  createdAt: timestampSchema,
});

/** A submission with what it is for. */
export interface StoredSubmission extends Submission {
  readonly comparison: string;
  /** Ids, in the order of the tasks. */
  readonly runs: readonly string[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** One run to be handed over. */
export interface NewTask {
  readonly run: RunRecord;
  /** Reference lines of the run, by stored name. */
  readonly lines: Readonly<Record<string, number>>;
  readonly canary: Canary | null;
  /** Absolute paths of the user's files and folders that its config names. */
  readonly inputs?: readonly string[];
  /** Its folder in the data folder; it need not be there. */
  readonly runFolder: string;
}

export interface NewSubmission {
  readonly choice: ExecutorChoice;
  readonly comparison: ComparisonRecord;
  /** Version of the studio. */
  readonly studio: string;
  readonly tasks: readonly NewTask[];
}

/**
 * Makes a submission below `parent`, which is made if it is not there. It is there whole or not at all.
 * @throws AppError disk-full, external
 */
export async function writeSubmission(
  parent: string,
  { choice, comparison, studio, tasks }: NewSubmission,
): Promise<StoredSubmission> {
  const token = newToken();
  const folder = join(resolve(parent), token);
  const record: z.infer<typeof submissionSchema> = {
    version: VERSION,
    token,
    choice,
    comparison: comparison.id,
    runs: tasks.map(({ run }) => run.id),
    jobs: null,
    createdAt: Date.now(),
  };
  const unfinished = temporaryNameFor(folder);
  try {
    await mkdir(unfinished, { recursive: true });
    for (let from = 0; from < tasks.length; from += AT_ONCE) {
      const some = tasks
        .slice(from, from + AT_ONCE)
        .map(({ run, lines, canary, inputs = [], runFolder }, i) =>
          fillTask(
            unfinished,
            {
              ...{ version: TASK_SPEC_VERSION, token, task: from + i, studio },
              ...{ run, comparison, lines: { ...lines }, canary, inputs: [...inputs] },
            },
            runFolder,
          ),
        );
      // All of them, even if one fails: what is still being written could not be removed.
      const failed = (await Promise.allSettled(some)).find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
    }
    for (const name of ['specs', 'tasks']) syncFolder(join(unfinished, name));
    await writeFile(join(unfinished, FILE), textOf(record), { flush: true });
    publish(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => undefined);
    throw fromFileError(error, folder);
  }
  return stored(folder, record);
}

/** Ten random letters and digits: 36^10 of them. */
function newToken(): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length: 10 }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}

/** Keeps what the engine made of a submission. @throws AppError disk-full, external */
export function recordJobs(folder: string, jobs: readonly Job[]): void {
  const path = join(folder, FILE);
  const record = readJson(path, submissionSchema, 'a submission');
  try {
    writeFileAtomicSync(path, textOf({ ...record, jobs: [...jobs] }), { fsync: true });
  } catch (error) {
    throw fromFileError(error, path);
  }
}

/**
 * Makes the file of a submission again, where it is damaged: its tasks know everything but what their engine has made of them, and that its
 * engine can be asked.
 * @throws AppError not-found, external, disk-full; validation if a task's spec is damaged too
 */
export function repairSubmission(folder: string): StoredSubmission {
  const path = resolve(folder);
  const numbers = filesOf(join(path, 'specs')).filter((name) => /^\d+\.json$/.test(name)).length;
  const specs = Array.from({ length: numbers }, (_, task) => readSpec(specPath(path, task)));
  const [first] = specs;
  const executor = first?.comparison.executor ?? null;
  if (first === undefined || executor === null)
    throw new AppError('validation', `${join(path, 'specs')} holds no task of an executor`, { path });
  const record: z.infer<typeof submissionSchema> = {
    ...{ version: VERSION, token: first.token, choice: executor, comparison: first.comparison.id },
    ...{ runs: specs.map(({ run }) => run.id), jobs: null },
    createdAt: Math.floor(statSync(join(path, 'specs')).mtimeMs),
  };
  try {
    writeFileAtomicSync(join(path, FILE), textOf(record), { fsync: true });
  } catch (error) {
    throw fromFileError(error, join(path, FILE));
  }
  return stored(path, record);
}

/** Ids of runs of which a submission has readable specs, however damaged it is. */
export function runsOfSpecs(folder: string): readonly string[] {
  const specs = join(folder, 'specs');
  const idsIn = (path: string) => {
    try {
      return [readSpec(path).run.id];
    } catch {
      return [];
    }
  };
  try {
    return filesOf(specs).flatMap((name) => idsIn(join(specs, name)));
  } catch {
    return [];
  }
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw fromFileError(error, folder);
  }
}

/** @throws AppError not-found, external; validation if it is none */
export function readSubmission(folder: string): StoredSubmission {
  const path = resolve(folder);
  return stored(path, readJson(join(path, FILE), submissionSchema, 'a submission'));
}

/** Folders of submissions below one, by their names. @throws AppError external if it cannot be read; one that is not there has none */
export function submissionFolders(parent: string): readonly string[] {
  return filesOf(parent)
    .filter((name) => TOKEN.test(name))
    .map((name) => join(resolve(parent), name));
}

/** By what a person finds a task; of one that its engine has not taken yet there is no job. */
export function namesOf(
  { token, jobs }: Pick<StoredSubmission, 'token' | 'jobs'>,
  task: number,
  host: string | null,
): RunTask {
  const job = jobs?.find(({ first, count }) => task >= first && task < first + count);
  const id = job === undefined || job.count === 1 ? job?.id : `${job.id}_${task - job.first}`;
  return { submission: token, job: id ?? null, host };
}

function stored(folder: string, record: z.infer<typeof submissionSchema>): StoredSubmission {
  const { token, choice, comparison, runs, jobs, createdAt } = record;
  return { token, folder, choice, tasks: runs.length, jobs, comparison, runs, createdAt };
}

function textOf(record: z.infer<typeof submissionSchema>): string {
  return `${JSON.stringify(record)}\n`;
}
