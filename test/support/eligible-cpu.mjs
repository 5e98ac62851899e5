/**
 * Preloaded (`NODE_OPTIONS=--import=<this file>`) into trainers: a probe says of the cpu backend that `auto` may take it, so that
 * there are two to choose from on any machine, and each is really measured.
 */
import { isMainThread } from 'node:worker_threads';

if (isMainThread && /\/trainer(\/main\.ts|\.js)$/.test(process.argv[1] ?? '')) {
  const send = process.send?.bind(process);
  process.send = (message, ...rest) => {
    if (message.type === 'result' && message.result?.name === 'cpu') message.result.preferable = true;
    return send?.(message, ...rest);
  };
}
