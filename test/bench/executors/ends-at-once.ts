/**
 * What it takes to bring home 2000 tasks of a simulated Slurm that end at once: while a studio follows them, and while none is open. What
 * each leaves is small, as every one has its own message file, checkpoint, and states in the store.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { sha256 } from '../../../src/node/digest.ts';
import { attemptFolder } from '../../../src/node/run-folder.ts';
import { CHECKPOINT_FILE, checkpointMetadata, freshLoop } from '../../../src/shared/checkpoint.ts';
import type { Unnumbered } from '../../../src/shared/jobs.ts';
import { joinSafetensors } from '../../../src/shared/safetensors.ts';
import { taskFiles } from '../../../src/shared/task.ts';
import type { FromRun } from '../../../src/shared/training-session.ts';
import { knownSubmissions } from '../../../src/studio/executors/known-submissions.ts';
import { lineOf } from '../../../src/studio/executors/message-line.ts';
import { taskFolder } from '../../../src/studio/executors/task-folder.ts';
import type { Studio } from '../../../src/studio/studio.ts';
import { SimulatedSlurm } from '../../support/simulated-slurm.ts';
import { record, spreadOf } from '../results.ts';
import { studioOn } from './slurm-studio.ts';

const STEPS = 100;
/** As of a small model. */
const PARAMETERS = 1000;

export async function benchEndsAtOnce(tasks = 2000): Promise<void> {
  for (const followed of [true, false]) {
    const folder = mkdtempSync(join(tmpdir(), 'gumbel-bench-'));
    try {
      await endAtOnce(folder, tasks, followed);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** @param followed whether a studio is open when they end */
async function endAtOnce(folder: string, tasks: number, followed: boolean): Promise<void> {
  const slurm = new SimulatedSlurm(join(folder, 'slurm'));
  const open = studioOn(slurm, folder);
  let studio = open();
  const prepared = await studio.prepare({
    ...{ problem: 'toy-categorical', config: { steps: STEPS }, settings: {}, estimators: ['reinforce'] },
    seeds: Array.from({ length: tasks }, (_, seed) => seed),
    ...{ backend: 'tensorflow', executor: { kind: 'slurm', cpus: 1, options: [] } },
  });
  studio.start(prepared, 'ends at once');
  await until(() => count(studio, 'queued', 'PENDING') === tasks);
  const { submissions } = knownSubmissions(studio.dataDir);
  const all = submissions.flatMap((submission) =>
    submission.runs.map((run, task) => ({ run, folder: taskFolder(submission.folder, task) })),
  );
  for (const task of all) begin(task.folder, task.run);
  states(slurm, 'RUNNING');
  await until(() => count(studio, 'running') === tasks);
  if (!followed) await studio.close();
  for (const task of all) end(task.folder, task.run);
  const processor = process.cpuUsage();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const began = performance.now();
  states(slurm, 'COMPLETED');
  if (!followed) studio = open();
  const opened = performance.now();
  // What opening takes is said apart from it.
  await sleep(0);
  delay.enable();
  await studio.queue.idle();
  delay.disable();
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(processor);
  if (count(studio, 'completed') !== tasks) throw new Error('a run has not completed');
  const what = `${tasks} tasks that end ${followed ? 'while a studio follows them' : 'before the studio opens'}`;
  const longest = delay.max / 1e6;
  console.log(
    `${what}: ${seconds.toFixed(1)} s until all are in the store, ${((user + system) / 1e6).toFixed(1)} s of processor time; the event loop was held up for ${(delay.percentile(99) / 1e6).toFixed(0)} ms (99 %), ${longest.toFixed(0)} ms at most${followed ? '' : `; opening took ${((opened - began) / 1000).toFixed(1)} s`}`,
  );
  record({ what, unit: 's', ours: spreadOf([seconds]) });
  record({ what: `${what}, longest hold-up`, unit: 'ms', ours: spreadOf([longest]) });
  await studio.close();
}

function count({ store }: Studio, state: 'queued' | 'running' | 'completed', reason = ''): number {
  if (reason === '') return store.countRuns({ states: [state] });
  return store.runs({ states: [state] }).filter((run) => run.reason.startsWith(reason)).length;
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(200);
}

function begin(folder: string, runId: string): void {
  write(folder, [metrics(runId, 10)], 0);
}

function end(folder: string, runId: string): void {
  const attempt = attemptFolder(folder, 1);
  mkdirSync(attempt, { recursive: true });
  const bytes = new Uint8Array(new Float32Array(PARAMETERS).buffer);
  const tensor = { name: 'parameter/logits', shape: [PARAMETERS], type: 'F32' as const, bytes };
  writeFileSync(
    join(attempt, CHECKPOINT_FILE),
    joinSafetensors([tensor], checkpointMetadata({ ...freshLoop, step: STEPS }), sha256),
  );
  const last = metrics(runId, STEPS);
  write(
    folder,
    [
      last,
      { type: 'checkpointed', runId, step: STEPS },
      { type: 'ended', runId, state: 'completed', reason: '', progress: last.progress, last: last.last },
    ],
    1,
  );
  writeFileSync(join(folder, `${runId}.gsrun`), '');
}

function metrics(runId: string, step: number): Extract<Unnumbered<FromRun>, { type: 'metrics' }> {
  const progress = { step, steps: STEPS, seconds: 1, stepsPerSecond: 10, evaluations: 10 };
  const points = ['loss', 'gap', 'objective', 'entropy', 'gradient-norm'].map((series) => ({
    series,
    steps: Float64Array.of(step),
    values: Float64Array.of(2),
  }));
  return { type: 'metrics', runId, madeAt: Date.now(), points, pictures: [], last: { loss: 2 }, progress };
}

/** @param lines that are in the file */
function write(folder: string, messages: readonly Unnumbered<FromRun>[], lines: number): void {
  const path = join(folder, taskFiles.messages);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    Buffer.concat(messages.map((message, i) => lineOf({ ...message, seq: lines + i + 1 }))),
    { flag: 'a' },
  );
}

/** Of all that it has. */
function states(slurm: SimulatedSlurm, state: string): void {
  slurm.queue(
    slurm.queued().map((line) => {
      const [job = '', first = '', last = '', , , , , name = ''] = line.split('|');
      return { job: Number(job), first: Number(first), last: Number(last), state, node: 'node-001', name };
    }),
  );
}
