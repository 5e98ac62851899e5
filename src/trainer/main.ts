/**
 * The trainer: a plain Node child process that serves jobs, or trains one run after the other. It is told what to do over its IPC channel, and
 * when that channel closes (the studio is gone, however that happened) it writes a checkpoint and
 * exits; where it cannot, the watchdog ends it.
 */
import { AppError, toWireError } from '../shared/errors.ts';
import type { Training } from '../shared/training-session.ts';
import type { LoadedBackend } from './backends/loaded-backend.ts';
import { loaders } from './backends/load.ts';
import { openChannel } from './channel.ts';
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
/** The run under way: what it is told, apart from what other runs were. */
let active: { readonly control: Control; job?: TrainJob } | undefined;

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
        void train(message.training, message.stays);
        break;
      case 'pause':
        active?.control.pause(message.reason);
        break;
      case 'resume':
        active?.control.resume();
        break;
      case 'stop':
        active?.control.end({ how: message.how, reason: message.reason, storing: message.storing });
        break;
      case 'ack':
        active?.job?.acknowledge(message.metricsSeq);
        break;
    }
  },
  () => {
    end({ how: 'interrupted', reason: 'the studio went away', storing: false });
    // Nothing to save outside a training job.
    if (active === undefined) process.exit(0);
  },
);
const loaded = new Map<BackendName, Promise<LoadedBackend>>();
const server = new JobServer(handlers, channel, control, load);

function end(ending: Ending): void {
  control.end(ending);
  active?.control.end(ending);
}

// Ctrl-C reaches every process of the terminal; the studio decides what it means.
process.on('SIGINT', () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    const reason = `the trainer was asked to end (${signal})`;
    end({ how: 'interrupted', reason, storing: true });
    if (active === undefined && server.idle) process.exit(0);
  });
}

async function train(training: Training, stays: boolean): Promise<void> {
  const run: NonNullable<typeof active> = { control: new Control() };
  active = run;
  let isFree = false;
  try {
    // Not with the process: most do jobs.
    const { TrainJob } = await import('./train-job.ts');
    const { watchRemains } = await import('./remains.ts');
    const job = new TrainJob(training, channel, run.control);
    run.job = job;
    const backend = await load(training.spec.backend);
    const isClean = watchRemains();
    channel.send({ type: 'ready', pid: process.pid, environment: describeEnvironment(backend) });
    const heartbeat = setInterval(
      () => channel.send({ type: 'progress', progress: job.progress }),
      HEARTBEAT_MS,
    );
    const completed = await job.run(backend);
    clearInterval(heartbeat);
    await channel.drained();
    isFree = stays && completed && (await isClean());
  } catch (error) {
    channel.send({ type: 'refused', error: toWireError(error) });
  }
  if (isFree && control.ending === undefined && run.control.ending === undefined) {
    active = undefined;
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
