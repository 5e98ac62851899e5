/** No process of a studio outlives it, whatever it computes: see the thread. */
import { Worker } from 'node:worker_threads';
import { programFile } from './programs.ts';

/** @param studio pid of the process that started this one */
export function startWatchdog(studio: number): void {
  new Worker(programFile('watchdog'), { workerData: studio }).unref();
}
