/**
 * No process of a studio outlives it, whatever it computes: this thread of a trainer, or of a reader of run files, watches the
 * studio's process while the main thread may be anywhere, in a loop of a solver as in native code. It computes nothing; the ban
 * on threads (docs/adr/0001) is for tensors.
 */
import { isMainThread, workerData, Worker } from 'node:worker_threads';

const LOOK_MS = 250;
/** For the checkpoint that the main thread writes when its channel closes. */
const GRACE_MS = 8000;

/** @param studio pid of the process that started this one */
export function startWatchdog(studio: number): void {
  new Worker(new URL(import.meta.url), { workerData: studio }).unref();
}

if (!isMainThread && typeof workerData === 'number') watch(workerData);

function watch(studio: number): void {
  const timer = setInterval(() => {
    if (isThere(studio)) return;
    clearInterval(timer);
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS);
  }, LOOK_MS);
}

/** The system hands the children of a process that has ended to another; Windows leaves them the number of the old. */
function isThere(studio: number): boolean {
  if (process.ppid !== studio) return false;
  if (process.platform !== 'win32') return true;
  try {
    process.kill(studio, 0);
    return true;
  } catch {
    return false;
  }
}
