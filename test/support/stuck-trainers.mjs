/**
 * Preloaded (`NODE_OPTIONS=--import=<this file>`) into a command and the processes that it starts: the main thread of a trainer
 * stops coming back for good after its first checkpoint, as one does that is caught in a loop of a solver or a driver, and that
 * of a reader of run files after its first records, as one does in SQLite.
 * A file in the folder `STUCK_TRAINERS`, named after its pid, says that this has come.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

const LAST_WORDS = { trainer: 'checkpointed', reader: 'records' };
/** From its sources, or as bundled. */
const [, program] = /\/(trainer|reader)(?:\/main\.ts|-main\.ts|\.js)$/.exec(process.argv[1] ?? '') ?? [];

if (isMainThread && program !== undefined) {
  const send = process.send.bind(process);
  process.send = (message, ...rest) => {
    const sent = send(message, ...rest);
    if (message.type !== LAST_WORDS[program]) return sent;
    writeFileSync(join(process.env.STUCK_TRAINERS ?? '', `${process.pid}`), '');
    // As good as a loop, and it leaves the processor to others.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  };
}
