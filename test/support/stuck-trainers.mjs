/**
 * Preloaded (`NODE_OPTIONS=--import=<this file>`) into a command and the trainers that it starts: each trainer's main thread
 * stops coming back for good after its first checkpoint, as one does that is caught in a loop of a solver or a driver.
 * A file in the folder `STUCK_TRAINERS`, named after its pid, says that this has come.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

if (isMainThread && process.argv[1]?.endsWith('trainer/main.ts') === true) {
  const send = process.send.bind(process);
  process.send = (message, ...rest) => {
    const sent = send(message, ...rest);
    if (message.type !== 'checkpointed') return sent;
    writeFileSync(join(process.env.STUCK_TRAINERS ?? '', `${process.pid}`), '');
    // As good as a loop, and it leaves the processor to others.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  };
}
