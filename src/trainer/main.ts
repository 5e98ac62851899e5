/**
 * The trainer: a plain Node child process for one job. It is told what to do over its IPC channel, and when that channel
 * closes (the studio is gone, however that happened) it writes a checkpoint and exits; where it cannot, the watchdog ends it.
 */
import { AppError, toWireError } from '../shared/errors.ts';
import type { BackendReport, Job } from '../shared/trainer-protocol.ts';
import { loaders, MissingPart, type LoadedBackend } from './backends/load.ts';
import { selfTest } from './backends/self-test.ts';
import { openChannel } from './channel.ts';
import { Control } from './control.ts';
import { describeEnvironment } from './environment.ts';
import { inspect, time } from './inspect-job.ts';
import { LabJob } from './lab-job.ts';
import { answerOnMenu } from './menu-job.ts';
import { prepare, preview } from './prepare-job.ts';
import { solve } from './solve-job.ts';
import { TrainJob } from './train-job.ts';
import { startWatchdog } from '../node/watchdog.ts';

const HEARTBEAT_MS = 500;

startWatchdog(Number(process.argv[2]));

const control = new Control();
let training: TrainJob | undefined;
let lab: LabJob | undefined;

const channel = openChannel(
  (message) => {
    switch (message.type) {
      case 'start':
        void start(message.job);
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
      case 'task':
        lab?.begin(message.id, message.task);
        break;
      case 'cancel-task':
        lab?.cancel(message.id);
        break;
    }
  },
  () => {
    control.end({ how: 'interrupted', reason: 'the studio went away', storing: false });
    // Nothing to save outside a training job.
    if (training === undefined) process.exit(0);
  },
);

// Ctrl-C reaches every process of the terminal; the studio decides what it means.
process.on('SIGINT', () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () =>
    control.end({
      how: 'interrupted',
      reason: `the trainer was asked to end (${signal})`,
      storing: true,
    }),
  );
}

async function start(job: Job): Promise<void> {
  try {
    switch (job.mode) {
      case 'probe':
        channel.send({ type: 'probed', report: await probe(job.backend) });
        break;
      case 'prepare':
        await prepare(job, channel, control);
        break;
      case 'preview':
        await load('cpu');
        await preview(job, channel, control);
        break;
      case 'inspect':
        await inspect(job.run, channel, control, () => load('cpu'));
        break;
      case 'menu':
        await answerOnMenu(job, channel, control, () => load('cpu'));
        break;
      case 'time':
        await load(job.specs[0]?.backend ?? 'cpu');
        await time(job, channel, control);
        break;
      case 'solve':
        channel.send({ type: 'solved', result: await solve(job.task, channel, control) });
        break;
      case 'lab':
        // Before the backend is there: tasks that come meanwhile wait for it.
        lab = new LabJob(channel, control, load('wasm'));
        await lab.ended;
        break;
      case 'train':
        await runTraining(job);
        break;
    }
  } catch (error) {
    channel.send({ type: 'error', error: toWireError(error) });
  }
  await channel.drained();
  // Native backends keep the process alive: their last word is this one.
  process.exit(0);
}

async function runTraining(job: Extract<Job, { mode: 'train' }>): Promise<void> {
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
}

async function load(name: LoadedBackend['name']): Promise<LoadedBackend> {
  try {
    return await loaders[name]();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('precondition', `backend ${name} is not usable here: ${reason}`, { cause: error });
  }
}

async function probe(name: LoadedBackend['name']): Promise<BackendReport> {
  try {
    const { version, device, preferable } = await loaders[name]();
    await selfTest();
    return { name, usable: true, preferable, detail: '', fix: '', version, device };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const fix = error instanceof MissingPart ? error.fix : '';
    return { name, usable: false, preferable: false, detail, fix, version: '', device: '' };
  }
}
