/**
 * The trainer: a plain Node child process that serves jobs, or trains one run after the other, or several together. It is told what to do over its IPC channel, and
 * when that channel closes (the studio is gone, however that happened) it writes a checkpoint and
 * exits; where it cannot, the watchdog ends it.
 */
import { AppError, toWireError } from '../shared/errors.ts';
import type { Training } from '../shared/training-session.ts';
import type { LoadedBackend } from './backends/loaded-backend.ts';
import { loaders } from './backends/load.ts';
import { channelOfRun, openChannel } from './channel.ts';
import { Control, type Ending } from './control.ts';
import { handlers } from './handlers.ts';
import { JobServer } from './serve.ts';
import type { TrainJob } from './train-job.ts';
import { packageRoot } from '../node/programs.ts';
import { startWatchdog } from '../node/watchdog.ts';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { BackendName, Environment } from '../shared/run.ts';

const HEARTBEAT_MS = 500;

startWatchdog(Number(process.argv[2]));

const control = new Control();
interface ActiveJob {
  /** What it is told, apart from what other runs are. */
  readonly control: Control;
  job?: TrainJob;
}

/** The runs under way, by id. */
const active = new Map<string, ActiveJob>();

const channel = openChannel(
  (message) => {
    switch (message.type) {
      case 'ask':
        server.ask(message);
        break;
      case 'cancel':
        server.cancel(message.id);
        break;
      case 'train':
        void train(message.trainings, message.stays);
        break;
      case 'pause':
        active.get(message.runId)?.control.pause(message.reason);
        break;
      case 'resume':
        active.get(message.runId)?.control.resume();
        break;
      case 'stop':
        active.get(message.runId)?.control.end({
          how: message.how,
          reason: message.reason,
          storing: message.storing,
        });
        break;
      case 'ack':
        active.get(message.runId)?.job?.acknowledge(message.metricsSeq);
        break;
    }
  },
  () => {
    end({ how: 'interrupted', reason: 'the studio went away', storing: false });
    // Nothing to save outside a training job.
    if (active.size === 0) process.exit(0);
  },
);
const loaded = new Map<BackendName, Promise<LoadedBackend>>();
const server = new JobServer(handlers, channel, control, load);

function end(ending: Ending): void {
  control.end(ending);
  for (const run of active.values()) run.control.end(ending);
}

// Ctrl-C reaches every process of the terminal; the studio decides what it means.
process.on('SIGINT', () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    const reason = `the trainer was asked to end (${signal})`;
    end({ how: 'interrupted', reason, storing: true });
    if (active.size === 0 && server.idle) process.exit(0);
  });
}

/** Several runs: they differ by their seed alone, and are trained together. */
async function train(trainings: readonly Training[], stays: boolean): Promise<void> {
  const runs = trainings.map((training) => {
    const run: ActiveJob = { control: new Control() };
    active.set(training.runId, run);
    return { run, training, told: channelOfRun(channel, training.runId) };
  });
  let isFree = false;
  try {
    // Not with the process: most do jobs.
    const { TrainJob } = await import('./train-job.ts');
    const { watchRemains } = await import('./remains.ts');
    const seating = runs.length > 1 ? new (await import('./seating.ts')).Seating(runs.length) : undefined;
    const jobs = runs.map(({ run, training, told }) => {
      const job = new TrainJob(training, told, run.control, seating);
      run.job = job;
      return { job, told };
    });
    const backend = await load(trainings[0]!.spec.backend);
    const isClean = watchRemains();
    const together = runs.length > 1 ? { together: runs.length } : {};
    const environment = { ...describeEnvironment(backend), ...together };
    for (const { told } of jobs) told.send({ type: 'ready', pid: process.pid, environment });
    const heartbeat = setInterval(() => {
      for (const { job, told } of jobs)
        if (!job.over) told.send({ type: 'progress', progress: job.progress });
    }, HEARTBEAT_MS);
    const completed = await Promise.all(jobs.map(({ job }) => job.run(backend)));
    clearInterval(heartbeat);
    await channel.drained();
    isFree = stays && completed.every(Boolean) && (await isClean());
  } catch (error) {
    for (const { told } of runs) told.send({ type: 'refused', error: toWireError(error) });
  }
  const asked = [control, ...runs.map(({ run }) => run.control)];
  if (isFree && asked.every(({ ending }) => ending === undefined)) {
    active.clear();
    channel.send({ type: 'free' });
    return;
  }
  await channel.drained();
  // Native backends keep the process alive: their last word is this one.
  process.exit(0);
}

/** Once: a backend can be made the current one only from its beginning. */
async function load(name: BackendName): Promise<LoadedBackend> {
  const loading = loaded.get(name) ?? loaders[name]();
  loaded.set(name, loading);
  try {
    return await loading;
  } catch (error) {
    loaded.delete(name);
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('precondition', `backend ${name} is not usable here: ${reason}`, { cause: error });
  }
}

const manifestSchema = z.object({ version: z.string() });

/** Where this process runs, as stored with every run. */
function describeEnvironment(backend: LoadedBackend): Environment {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  return {
    studioVersion: manifestSchema.parse(manifest).version,
    node: process.version,
    platform: process.platform,
    arch: process.arch,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    backend: backend.name,
    backendVersion: backend.version,
    device: backend.device,
  };
}
