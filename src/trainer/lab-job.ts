/** Tasks of the labs, several in turns in one warm process. */
import { freemem } from 'node:os';
import { runLabTask } from '../engine/labs/run-lab-task.ts';
import type { JobInput, JobProgress, JobResult } from '../shared/jobs.ts';
import type { JobHost } from './serve.ts';

/** Milliseconds between two messages on one task, at least, and as a multiple of what a message takes. */
const INTERVAL_MS = 60;
const MESSAGE_COST = 20;
const MEMORY_SHARE = 0.5;

export async function runLab(
  task: JobInput<'lab'>,
  host: JobHost<JobProgress<'lab'>>,
): Promise<JobResult<'lab'>> {
  await host.load('wasm');
  let nextAt = -Infinity;
  return runLabTask(task, {
    memory: freemem() * MEMORY_SHARE,
    breathe: () => host.breathe(),
    progress: (done, total, result) => {
      const start = performance.now();
      if (start < nextAt) return;
      host.progress({ done, total, result: result() });
      // With a million logits a message takes a second on either side.
      const now = performance.now();
      nextAt = now + Math.max(INTERVAL_MS, MESSAGE_COST * (now - start));
    },
  });
}
