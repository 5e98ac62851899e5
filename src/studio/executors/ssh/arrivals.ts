/** Files of tasks that arrive from a host: messages as whole lines, everything else whole and with its digest, or not at all. */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fromFileError } from '../../../node/file-error.ts';
import { attemptFolder } from '../../../node/run-folder.ts';
import { CHECKPOINT_FILE } from '../../../shared/checkpoint.ts';
import { AppError } from '../../../shared/errors.ts';
import { taskFiles } from '../../../shared/task.ts';
import { temporaryNameFor } from '../../../node/atomic-file.ts';
import { taskFolder } from '../task-folder.ts';
import type { Sink } from './frames.ts';

const NEWLINE = 0x0a;
const PIECE = 2 ** 16;

/** What the messages of one task have come to in this call. */
export interface Arrived {
  /** Bytes that the host gave. */
  readonly given: number;
  /** Bytes of whole lines among them, which are now in the file. */
  readonly kept: number;
}

/**
 * Bytes of the whole lines that are here of a task's messages; what a studio before this one did not finish is cut off.
 * @throws AppError disk-full, external
 */
export function wholeLines(submission: string, task: number): number {
  const path = messagesPath(submission, task);
  let file: number | undefined;
  try {
    file = openSync(path, 'r+');
    const { size } = fstatSync(file);
    let end = size;
    const piece = Buffer.alloc(PIECE);
    while (end > 0) {
      const from = Math.max(0, end - PIECE);
      const read = readSync(file, piece, 0, end - from, from);
      const last = piece.subarray(0, read).lastIndexOf(NEWLINE);
      end = from + last + 1;
      if (last >= 0) break;
    }
    if (end < size) ftruncateSync(file, end);
    return end;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw fromFileError(error, path);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** For `messages <task> <bytes>`. @throws Error for another line */
export function messagesSink(
  submission: string,
  line: string,
  onArrived: (task: number, arrived: Arrived) => void,
): Sink {
  const [, task, length] = /^messages (\d{1,9}) (\d{1,9})$/.exec(line) ?? [];
  if (task === undefined) throw new Error(line);
  const pieces: Buffer[] = [];
  return {
    length: Number(length),
    write: (piece) => pieces.push(piece),
    end: () => {
      const all = Buffer.concat(pieces);
      // The rest of a line that is being written may come to something else.
      const kept = all.lastIndexOf(NEWLINE) + 1;
      const path = messagesPath(submission, Number(task));
      try {
        if (kept > 0) appendFileSync(path, all.subarray(0, kept));
      } catch (error) {
        throw fromFileError(error, path);
      }
      onArrived(Number(task), { given: all.length, kept });
    },
    discard: () => undefined,
  };
}

function messagesPath(submission: string, task: number): string {
  return join(taskFolder(submission, task), taskFiles.messages);
}

/** For `file <task> <bytes> <SHA-256> <path>`. @param tasks those that were asked for @throws Error for another line, or a path that no task leaves */
export function fileSink(host: string, submission: string, tasks: readonly number[], line: string): Sink {
  const [, number = '', length = '', digest = '', path = ''] =
    /^file (\d{1,9}) (\d{1,15}) ([0-9a-f]{64}) (.+)$/.exec(line) ?? [];
  const task = Number(number);
  if (number === '' || !tasks.includes(task)) throw new Error(line);
  const target = targetOf(taskFolder(submission, task), path);
  const temporary = temporaryNameFor(join(taskFolder(submission, task), 'arriving'));
  const hash = createHash('sha256');
  let file: number | undefined;
  const discard = () => {
    if (file !== undefined) closeSync(file);
    file = undefined;
    rmSync(temporary, { force: true });
  };
  const attempt = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      discard();
      throw fromFileError(error, target);
    }
  };
  file = attempt(() => openSync(temporary, 'w'));
  return {
    length: Number(length),
    write: (piece) =>
      attempt(() => {
        hash.update(piece);
        for (let done = 0; done < piece.length;) done += writeSync(file!, piece, done);
      }),
    end: () =>
      attempt(() => {
        if (hash.digest('hex') !== digest) {
          throw new AppError(
            'external',
            `${host}: ${path} of task ${task} did not arrive as it was sent; it is fetched again`,
          );
        }
        closeSync(file!);
        file = undefined;
        mkdirSync(dirname(target), { recursive: true });
        renameSync(temporary, target);
      }),
    discard,
  };
}

/** Whatever a host says its files are called, only these are written. */
function targetOf(folder: string, path: string): string {
  if (path === taskFiles.output || /^[A-Za-z0-9_-]+\.gsrun$/.test(path)) return join(folder, path);
  const [, attempt] = /^attempt-([1-9]\d{0,8})\/[^/]+$/.exec(path) ?? [];
  if (attempt === undefined) throw new Error(path);
  return join(attemptFolder(folder, Number(attempt)), CHECKPOINT_FILE);
}
