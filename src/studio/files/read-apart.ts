/** Files of others read in a process of their own: a hostile one can take no time and no memory of the studio, and be ended. */
import { spawn, type ChildProcess } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { AppError, fromWireError } from '../../shared/errors.ts';
import { trainerProgram } from '../../node/trainer-program.ts';
import { fromReaderSchema, type FromReader, type ToReader } from './reader-messages.ts';

/** A reader that says nothing for so long is ended: it has found something that SQLite cannot get through. */
const SILENCE_MS = 120_000;
const OUTPUT_LIMIT = 4096;

/** What the reader gives, in order; the next is asked for when the last was taken. */
export type FileEvent = Exclude<Told, { type: 'converted' }>;
type Told = Exclude<FromReader, { type: 'end' | 'refused' }>;

/**
 * @param folder a new one: the file's parameters are put there before its records are given
 * @throws AppError as `openRunFile`; cancelled; external if the process ended by itself or had to be ended
 */
export async function* readApart(
  path: string,
  folder: string,
  signal: AbortSignal,
): AsyncGenerator<FileEvent, void, void> {
  for await (const told of conversation({ type: 'read', path, folder }, signal)) {
    if (told.type !== 'converted') yield told;
  }
}

/** What `convertForeign` is told, and who listens. */
export interface Conversion extends Omit<Extract<ToReader, { type: 'convert' }>, 'type'> {
  readonly signal: AbortSignal;
  /** Of what is read. */
  onProgress(share: number): void;
}

/**
 * Run files made of a file or folder of another program.
 * @returns the files, in the folder, with the ids of their runs
 * @throws AppError as `readApart`
 */
export async function convertApart({
  signal,
  onProgress,
  ...order
}: Conversion): Promise<readonly { readonly path: string; readonly run: string }[]> {
  for await (const told of conversation({ type: 'convert', ...order }, signal)) {
    if (told.type === 'converted') return told.files;
    if (told.type === 'checked') onProgress(told.share);
  }
  throw new AppError('internal', `${order.path}: nothing was read`);
}

async function* conversation(order: ToReader, signal: AbortSignal): AsyncGenerator<Told, void, void> {
  const { node, reader } = trainerProgram();
  const child = spawn(node, [reader, `${process.pid}`], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  const heard = listen(child);
  const abort = () => child.kill('SIGKILL');
  signal.addEventListener('abort', abort);
  try {
    if (signal.aborted) abort();
    letOthersGoFirst(child.pid);
    tell(child, order);
    for (;;) {
      const message = await heard.next();
      if (signal.aborted) throw new AppError('cancelled', 'the import was cancelled; nothing was kept');
      if (message.type === 'end') return;
      if (message.type === 'refused') throw fromWireError(message.error);
      yield message;
      if (message.type !== 'checked') tell(child, { type: 'next' });
    }
  } finally {
    signal.removeEventListener('abort', abort);
    child.kill('SIGKILL');
    await heard.ended;
  }
}

interface Heard {
  /** @throws AppError external if there will be none */
  next(): Promise<FromReader>;
  readonly ended: Promise<void>;
}

function listen(child: ChildProcess): Heard {
  const waiting: FromReader[] = [];
  const state = { failure: undefined as AppError | undefined, wake: (): void => undefined };
  const fail = (what: string) => {
    state.failure ??= new AppError(
      'external',
      `the process that read the file ${what}; nothing was imported`,
    );
    state.wake();
  };
  let output = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-OUTPUT_LIMIT);
  });
  child.on('message', (raw) => {
    const parsed = fromReaderSchema.safeParse(raw);
    if (parsed.success) {
      waiting.push(parsed.data);
      state.wake();
      return;
    }
    fail('sent an unexpected message, and was ended');
    child.kill('SIGKILL');
  });
  const ended = new Promise<void>((done) => {
    child.on('error', (error) => {
      fail(`could not be started (${error.message})`);
      done();
    });
    child.on('close', (code, killed) => {
      fail(`ended early (${killed ?? code}) ${output.trim()}`.trimEnd());
      done();
    });
  });
  return {
    ended,
    async next() {
      const timer = setTimeout(() => {
        fail(`made no progress for ${SILENCE_MS / 1000} s and was ended`);
        child.kill('SIGKILL');
      }, SILENCE_MS);
      try {
        for (;;) {
          const message = waiting.shift();
          if (message !== undefined) return message;
          if (state.failure !== undefined) throw state.failure;
          await new Promise<void>((wake) => {
            state.wake = wake;
          });
        }
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function tell(child: ChildProcess, message: ToReader): void {
  // A child that is gone reports its end.
  if (child.connected) child.send(message, () => undefined);
}

/** Pages and acknowledgements stay quick beside it. */
function letOthersGoFirst(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Refused, or the process has ended already.
  }
}
