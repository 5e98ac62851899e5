/**
 * The file in which a task keeps what its trainer says (docs/adr/0026), one message per line. It only grows. One process writes it, others
 * read it meanwhile, perhaps over a network file system that shows less than there is. `seq` of a message is the number of its line, from 1,
 * whatever trainer it comes from.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, fromFileError } from '../../node/file-error.ts';
import { AppError } from '../../shared/errors.ts';
import type { Unnumbered } from '../../shared/jobs.ts';
import type { FromRun } from '../../shared/training-session.ts';
import { syncFolder } from '../../node/atomic-file.ts';
import { CHECKSUM_DIGITS, checksumIn, lineOf, messageIn } from './message-line.ts';

/** Bytes that are read at once; a line that is longer is read whole. */
const PIECE = 2 ** 22;
/** Bytes of a line: more than the pictures of a run may take. */
const LONGEST_LINE = 2 ** 26;
const NEWLINE = 0x0a;
/** Bytes of a line that somebody wrote whole: none of JSON is zero, but what a file system has not brought yet is. */
const HOLE = 0;

export class MessageWriter {
  readonly #path: string;
  /** Undefined after a failure: what is in the file after `#end` is not known. */
  #handle: FileHandle | undefined;
  /** Up to here everything is whole and on the disk. */
  #end: number;
  #lines: number;

  private constructor(path: string, handle: FileHandle, end: number, lines: number) {
    this.#path = path;
    this.#handle = handle;
    this.#end = end;
    this.#lines = lines;
  }

  /**
   * Opens a file, or makes it, and removes what an earlier writer did not finish: a line without its end, or with holes, which nobody
   * was told of.
   * @param onEarlier hears every message that is in it
   * @throws AppError validation if it is damaged elsewhere; disk-full, external
   */
  static async open(path: string, onEarlier: (message: FromRun) => void): Promise<MessageWriter> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(path, 'a+', 0o644);
      await handle.close();
      handle = undefined;
      const reader = new MessageReader(path);
      let lines = 0;
      for (;;) {
        const { messages, state, reason } = await reader.read();
        for (const message of messages) onEarlier(message);
        lines += messages.length;
        if (state === 'more') continue;
        if (state === 'unreachable' || state === 'absent') throw new AppError('external', reason);
        break;
      }
      handle = await open(path, 'r+');
      await handle.truncate(reader.offset);
      await handle.sync();
      syncFolder(dirname(path));
      return new MessageWriter(path, handle, reader.offset, lines);
    } catch (error) {
      await handle?.close();
      throw fromFileError(error, path);
    }
  }

  /**
   * Appends messages and brings them to the disk. After a failure the same call can be repeated: then it begins where the file was whole.
   * @throws AppError disk-full, external
   */
  async append(messages: readonly Unnumbered<FromRun>[]): Promise<void> {
    const lines = messages.map((message, i) => lineOf({ ...message, seq: this.#lines + i + 1 }));
    const bytes = Buffer.concat(lines);
    try {
      this.#handle ??= await this.#reopen();
      await writeAll(this.#handle, bytes, this.#end);
      await this.#handle.sync();
    } catch (error) {
      await this.close();
      throw fromFileError(error, this.#path);
    }
    this.#end += bytes.length;
    this.#lines += lines.length;
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    // A stale handle cannot even be closed.
    await handle?.close().catch(() => undefined);
  }

  async #reopen(): Promise<FileHandle> {
    const handle = await open(this.#path, 'r+');
    try {
      const { size } = await handle.stat();
      if (size < this.#end) {
        throw new AppError(
          'external',
          `${this.#path} has ${size} bytes, although ${this.#end} were written; the file system shows an earlier state, or the file was truncated`,
        );
      }
      await handle.truncate(this.#end);
      return handle;
    } catch (error) {
      await handle.close().catch(() => undefined);
      throw error;
    }
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, from: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, from + done);
    done += bytesWritten;
  }
}

/**
 * `current`: nothing more for now. `more`: read on. Whatever else it is may pass, and nothing that was read is lost: `absent`: there is no
 * such file (yet); `behind`: it is shorter than it was, or has holes; `unreachable`: the file system refuses. `replaced`: it is not the
 * file that was read; the next reading begins at its start.
 */
export type ReadingState = 'current' | 'more' | 'absent' | 'behind' | 'unreachable' | 'replaced';

export interface Reading {
  readonly messages: readonly FromRun[];
  readonly state: ReadingState;
  /** One sentence; empty where there is nothing to say. */
  readonly reason: string;
}

/** The last line that was read: by it the file is known again. */
interface LastLine {
  readonly start: number;
  readonly checksum: string;
}

export class MessageReader {
  readonly #path: string;
  #offset: number;
  #last: LastLine | undefined;
  readonly #run: string | undefined;

  /**
   * @param offset in bytes, where an earlier reader stood
   * @param run that all messages have to be about; absent: any
   */
  constructor(path: string, offset = 0, run?: string) {
    this.#path = path;
    this.#offset = offset;
    this.#run = run;
  }

  /** Bytes that are read. */
  get offset(): number {
    return this.#offset;
  }

  /**
   * The next messages, a few MiB at most. A line that is not finished is left for the next time.
   * @throws AppError validation if the next line is whole and damaged
   */
  async read(): Promise<Reading> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(this.#path, 'r');
      return await this.#readFrom(handle);
    } catch (error) {
      return this.#missed(error);
    } finally {
      await handle?.close().catch(() => undefined);
    }
  }

  async #readFrom(handle: FileHandle): Promise<Reading> {
    const { size } = await handle.stat();
    if (size < this.#offset) {
      const reason = `${this.#path} has ${size} bytes, although ${this.#offset} were read; the file system may lag`;
      return { messages: [], state: 'behind', reason };
    }
    if (!(await this.#isKnown(handle))) {
      this.#offset = 0;
      this.#last = undefined;
      const reason = `${this.#path} is a different file now; it is read again from its start`;
      return { messages: [], state: 'replaced', reason };
    }
    const available = size - this.#offset;
    let piece = await readAt(handle, this.#offset, Math.min(available, PIECE));
    while (!piece.includes(NEWLINE) && piece.length < Math.min(available, LONGEST_LINE)) {
      const longer = await readAt(handle, this.#offset, Math.min(available, 2 * piece.length, LONGEST_LINE));
      if (longer.length <= piece.length) break;
      piece = longer;
    }
    if (!piece.includes(NEWLINE) && piece.length >= LONGEST_LINE)
      throw this.#damage(`a line has more than ${LONGEST_LINE} bytes`);
    return this.#take(piece, size);
  }

  #take(piece: Buffer, size: number): Reading {
    const messages: FromRun[] = [];
    const begin = this.#offset;
    for (let at = 0; ;) {
      const end = piece.indexOf(NEWLINE, at);
      if (end === -1) break;
      const line = piece.subarray(at, end);
      try {
        messages.push(this.#messageIn(line));
      } catch (error) {
        if (line.includes(HOLE)) {
          const reason = `${this.#path} has a gap at byte ${this.#offset}; the file system has not delivered everything yet`;
          return { messages, state: 'behind', reason };
        }
        // What is before it is handed out first.
        if (messages.length > 0) return { messages, state: 'more', reason: '' };
        throw this.#damage((error as Error).message);
      }
      this.#last = { start: this.#offset, checksum: checksumIn(line) };
      at = end + 1;
      this.#offset = begin + at;
    }
    // Of a piece that was cut within a line there is more; of a line that is not finished there is not.
    const more = messages.length > 0 && begin + piece.length < size;
    return { messages, state: more ? 'more' : 'current', reason: '' };
  }

  #messageIn(line: Buffer): FromRun {
    const message = messageIn(line);
    if (this.#run !== undefined && message.runId !== this.#run)
      throw new Error(`it is a message about run ${message.runId}, not ${this.#run}`);
    return message;
  }

  /** Whether what was read last still stands there. */
  async #isKnown(handle: FileHandle): Promise<boolean> {
    if (this.#offset === 0) return true;
    const before = await readAt(handle, this.#offset - 1, 1);
    if (before[0] !== NEWLINE) return before[0] === HOLE;
    if (this.#last === undefined) return true;
    const checksum = await readAt(handle, this.#last.start, CHECKSUM_DIGITS);
    return checksum.includes(HOLE) || checksumIn(checksum) === this.#last.checksum;
  }

  #missed(error: unknown): Reading {
    const code = errorCode(error);
    if (error instanceof AppError || code === undefined) throw error;
    const gone = code === 'ENOENT' || code === 'ENOTDIR';
    const reason = gone
      ? `${this.#path} is not there${this.#offset === 0 ? ' yet' : ' any more'}`
      : `${this.#path} cannot be read (${code})`;
    return { messages: [], state: gone ? 'absent' : 'unreachable', reason };
  }

  #damage(what: string): AppError {
    return new AppError(
      'validation',
      `${this.#path}: the line at byte ${this.#offset} is damaged (${what}); everything before it is kept. Stop the run and resume it: it continues from its last checkpoint`,
      { path: this.#path },
    );
  }
}

async function readAt(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, from + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}
