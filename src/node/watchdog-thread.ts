/**
 * A thread of a trainer, or of a reader of run files: it watches the studio's process while the main thread may be anywhere, in
 * a loop of a solver as in native code. It computes nothing; the ban on threads (docs/adr/0001) is for tensors.
 */
import { workerData } from 'node:worker_threads';

const LOOK_MS = 250;
/** For the checkpoint that the main thread writes when its channel closes. */
const GRACE_MS = 8000;

/** Pid of the process that started this one. */
const studio = Number(workerData);

const timer = setInterval(() => {
  if (isThere()) return;
  clearInterval(timer);
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS);
}, LOOK_MS);

/** The system hands the children of a process that has ended to another; Windows leaves them the number of the old. */
function isThere(): boolean {
  if (process.ppid !== studio) return false;
  if (process.platform !== 'win32') return true;
  try {
    process.kill(studio, 0);
    return true;
  } catch {
    return false;
  }
}
