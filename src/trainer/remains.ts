/**
 * What a run leaves in its process. Only a trainer in which nothing is left trains another run: that one then begins as it would in a
 * new process (docs/adr/0023). Random numbers need no look, as they come from keys alone (docs/adr/0002).
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';

/** Resident memory above which a trainer is replaced: WebAssembly gives none back. */
const MOST_BYTES = 512 * 2 ** 20;

/** As text, so that two can be compared as a whole. */
function state(): string {
  const engine = tf.engine();
  const { numTensors, numDataBuffers, numBytes } = tf.memory();
  const listeners = process.eventNames().map((name) => `${String(name)} ${process.listenerCount(name)}`);
  return JSON.stringify({
    tensors: [numTensors, numDataBuffers, numBytes],
    variables: Object.keys(engine.registeredVariables),
    tape: [engine.state.gradientDepth, engine.state.kernelDepth, engine.state.scopeStack.length],
    backend: tf.getBackend(),
    listeners: listeners.sort(),
    // Timers, open files, sockets, threads.
    resources: process.getActiveResourcesInfo().sort(),
    folder: process.cwd(),
  });
}

/** Before a run. @returns whether the process is afterwards as it was, and small enough */
export function watchRemains(): () => Promise<boolean> {
  const before = state();
  return async () => {
    // What has just been closed is gone a turn later.
    await nextTurn();
    await nextTurn();
    return state() === before && process.memoryUsage.rss() < MOST_BYTES;
  };
}
