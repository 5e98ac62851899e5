/** Processes that read files of others, started for a file and kept a moment for the next one: to start one takes longer than most files. */
import { spawn, type ChildProcess } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { Socket } from 'node:net';
import { AppError } from '../../shared/errors.ts';
import { trainerProgram } from '../../node/trainer-program.ts';
import { fromReaderSchema, type FromReader, type ToReader } from './reader-messages.ts';

/** A reader that says nothing for so long is ended: it has found something that SQLite cannot get through. */
const SILENCE_MS = 120_000;
const OUTPUT_LIMIT = 4096;
/** One that has nothing to read is ended after it. */
const IDLE_MS = 10_000;
/** More are not kept. */
const MOST_IDLE = 2;

class Reader {
  readonly #child: ChildProcess;
  readonly #waiting: FromReader[] = [];
  readonly ended: Promise<void>;
  #failure: AppError | undefined;
  #output = '';
  #wake = (): void => undefined;
  #idle: NodeJS.Timeout | undefined;
  #wasKept = false;
  #wasSilent = false;

  constructor() {
    const { node, reader } = trainerProgram();
    const child = spawn(node, [reader, `${process.pid}`], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    this.#child = child;
    letOthersGoFirst(child.pid);
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#output = (this.#output + chunk.toString('utf8')).slice(-OUTPUT_LIMIT);
    });
    child.on('message', (raw) => this.#hear(raw));
    this.ended = new Promise((done) => {
      child.on('error', (error) => {
        this.#fail(`could not be started (${error.message})`);
        done();
      });
      child.on('close', (code, killed) => {
        this.#fail(`ended early (${killed ?? code}) ${this.#output.trim()}`.trimEnd());
        done();
      });
    });
  }

  /** Whether another one may do better with a file of which it has said nothing: it has read others before, and ended by itself. */
  get isReplaceable(): boolean {
    return this.#wasKept && !this.#wasSilent;
  }

  tell(message: ToReader): void {
    // A child that is gone reports its end.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  /** @throws AppError external if there will be none */
  async next(): Promise<FromReader> {
    const timer = setTimeout(() => {
      this.#wasSilent = true;
      this.#fail(`made no progress for ${SILENCE_MS / 1000} s and was ended`);
      this.kill();
    }, SILENCE_MS);
    try {
      for (;;) {
        const message = this.#waiting.shift();
        if (message !== undefined) return message;
        if (this.#failure !== undefined) throw this.#failure;
        await new Promise<void>((wake) => {
          this.#wake = wake;
        });
      }
    } finally {
      clearTimeout(timer);
    }
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Nobody waits for it: neither this process, which it ends with, nor a file. */
  rest(onOver: () => void): void {
    this.#wasKept = true;
    this.#hold(false);
    this.#idle = setTimeout(() => {
      onOver();
      this.kill();
    }, IDLE_MS).unref();
  }

  /** @returns whether it can read another file */
  wake(): boolean {
    clearTimeout(this.#idle);
    if (this.#failure !== undefined || !this.#child.connected) return false;
    this.#hold(true);
    return true;
  }

  #hold(held: boolean): void {
    const { stderr, channel } = this.#child;
    for (const handle of [this.#child, channel, stderr instanceof Socket ? stderr : undefined]) {
      if (held) handle?.ref();
      else handle?.unref();
    }
  }

  #hear(raw: unknown): void {
    const parsed = fromReaderSchema.safeParse(raw);
    if (parsed.success) {
      this.#waiting.push(parsed.data);
      this.#wake();
      return;
    }
    this.#fail('sent an unexpected message, and was ended');
    this.kill();
  }

  #fail(what: string): void {
    this.#failure ??= new AppError(
      'external',
      `the process that read the file ${what}; nothing was imported`,
    );
    this.#wake();
  }
}

const idle = new Set<Reader>();

export function takeReader(): Reader {
  for (const reader of idle) {
    idle.delete(reader);
    if (reader.wake()) return reader;
  }
  return startReader();
}

export function startReader(): Reader {
  return new Reader();
}

/** For the next file: its own has been read or refused, and the reader has said so. */
export function keepReader(reader: Reader): void {
  if (idle.size >= MOST_IDLE) {
    reader.kill();
    return;
  }
  idle.add(reader);
  reader.rest(() => idle.delete(reader));
}

/** Pages and acknowledgements stay quick beside it. */
function letOthersGoFirst(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Refused, or the process has ended already.
  }
}
