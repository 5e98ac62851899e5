/**
 * Preloaded (`NODE_OPTIONS=--import=<this file>`) into trainers: the first probes of the wasm backend are killed, as the system
 * does when memory is short; as many as the file `KILLED_PROBES` says, which counts down.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

if (isMainThread && /\/trainer(\/main\.ts|\.js)$/.test(process.argv[1] ?? '')) {
  process.prependListener('message', ({ type, job, input }) => {
    if (type !== 'ask' || job !== 'probe' || input.backend !== 'wasm') return;
    const left = Number(readFileSync(process.env.KILLED_PROBES ?? '', 'utf8'));
    if (left === 0) return;
    writeFileSync(process.env.KILLED_PROBES ?? '', `${left - 1}`);
    process.kill(process.pid, 'SIGKILL');
  });
}
