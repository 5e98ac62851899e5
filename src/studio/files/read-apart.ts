/** Files of others read in a process of their own: a hostile one can take no time and no memory of the studio, and be ended. */
import { AppError, fromWireError } from '../../shared/errors.ts';
import type { FromReader, ToReader } from './reader-messages.ts';
import { keepReader, startReader, takeReader } from './reader-process.ts';

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
  const refuseAborted = () => {
    if (signal.aborted) throw new AppError('cancelled', 'the import was cancelled; nothing was kept');
  };
  refuseAborted();
  let reader = takeReader();
  const abort = () => reader.kill();
  signal.addEventListener('abort', abort);
  let isThrough = false;
  try {
    reader.tell(order);
    let isFirst = true;
    for (;;) {
      let message: FromReader;
      try {
        message = await reader.next();
      } catch (error) {
        refuseAborted();
        // It may have ended of what it had read before, or while it had nothing to do.
        if (!isFirst || !reader.isReplaceable) throw error;
        reader = startReader();
        reader.tell(order);
        continue;
      }
      isFirst = false;
      refuseAborted();
      isThrough = message.type === 'end' || message.type === 'refused';
      if (message.type === 'end') return;
      if (message.type === 'refused') throw fromWireError(message.error);
      yield message;
      if (message.type !== 'checked') reader.tell({ type: 'next' });
    }
  } finally {
    signal.removeEventListener('abort', abort);
    if (isThrough) keepReader(reader);
    else {
      reader.kill();
      await reader.ended;
    }
  }
}
