/**
 * The trainer: a plain Node child process that serves jobs, or trains one run. It is told what to do over its IPC channel, and
 * when that channel closes (the studio is gone, however that happened) it writes a checkpoint and
 * exits; where it cannot, the watchdog ends it.
 */
import { AppError, toWireError } from '../shared/errors.ts';
import type { Training } from '../shared/training-session.ts';
import type { LoadedBackend } from './backends/loaded-backend.ts';
import { loaders } from './backends/load.ts';
import { openChannel } from './channel.ts';
import { Control } from './control.ts';
import { handlers } from './handlers.ts';
import { JobServer } from './serve.ts';
import type { TrainJob } from './train-job.ts';
import { packageRoot } from '../node/programs.ts';
import { startWatchdog } from '../node/watchdog.ts';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Environment } from '../shared/run.ts';

const HEARTBEAT_MS = 500;

startWatchdog(Number(process.argv[2]));

const control = new Control();
let trains = false;
let training: TrainJob | undefined;

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
        void train(message.training);
        break;
      case 'pause':
        control.pause(message.reason);
        break;
      case 'resume':
        control.resume();
        break;
      case 'stop':
        control.end({ how: message.how, reason: message.reason, storing: message.storing });
        break;
      case 'ack':
        training?.acknowledge(message.metricsSeq);
        break;
    }
  },
  () => {
    control.end({ how: 'interrupted', reason: 'the studio went away', storing: false });
    // Nothing to save outside a training job.
    if (!trains) process.exit(0);
  },
);
const server = new JobServer(handlers, channel, control, load);

// Ctrl-C reaches every process of the terminal; the studio decides what it means.
process.on('SIGINT', () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    const reason = `the trainer was asked to end (${signal})`;
    control.end({ how: 'interrupted', reason, storing: true });
    if (!trains && server.idle) process.exit(0);
  });
}

async function train(job: Training): Promise<void> {
  trains = true;
  try {
    // Not with the process: most do jobs.
    const { TrainJob } = await import('./train-job.ts');
    const current = new TrainJob(job, channel, control);
    training = current;
    const backend = await load(job.spec.backend);
    channel.send({ type: 'ready', pid: process.pid, environment: describeEnvironment(backend) });
    const heartbeat = setInterval(
      () => channel.send({ type: 'progress', progress: current.progress }),
      HEARTBEAT_MS,
    );
    await current.run(backend);
    clearInterval(heartbeat);
  } catch (error) {
    channel.send({ type: 'refused', error: toWireError(error) });
  }
  await channel.drained();
  // Native backends keep the process alive: their last word is this one.
  process.exit(0);
}

async function load(name: LoadedBackend['name']): Promise<LoadedBackend> {
  try {
    return await loaders[name]();
  } catch (error) {
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
