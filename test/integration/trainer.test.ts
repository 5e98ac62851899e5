/** One real trainer process over its channel: pace, acknowledgements, pause, loss of the parent, wrong messages. */
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, getPriority } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveExperiment } from '../../src/engine/catalog.ts';
import { experimentRequestSchema } from '../../src/shared/experiment.ts';
import type { FromTraining, Training } from '../../src/shared/training-session.ts';
import { trainerProgram } from '../../src/node/trainer-program.ts';
import { startTraining } from '../../src/studio/jobs/trainer-process.ts';
import { readCheckpoint } from '../../src/trainer/checkpoint-file.ts';
import { tempFolder, until, type TempFolder } from '../support/cli.ts';

let folder: TempFolder;
beforeEach(() => {
  folder = tempFolder();
});
afterEach(() => folder.remove());

function job(config: Record<string, unknown>): Training {
  const request = experimentRequestSchema.parse({ preset: 'smoke', estimators: ['softmax'], config });
  const [spec] = resolveExperiment(request, (path) => path).runs;
  if (spec === undefined) throw new Error('no run');
  return {
    runId: 'r',
    spec: { ...spec, backend: 'wasm' },
    folder: folder.path,
    attempt: folder.path,
    resume: false,
    forkedAt: null,
    lines: {},
    pictures: true,
  };
}

const LONG = { steps: 10_000_000, logEvery: 1, evaluateEvery: 1_000_000 };

describe('the channel', () => {
  // How many messages in what time: src/trainer/outbox.test.ts, on a clock of its own.
  it('carries points and a heartbeat in order, and the end last', async () => {
    const messages: FromTraining[] = [];
    const count = (type: FromTraining['type']) => messages.filter((message) => message.type === type).length;
    const trainer = startTraining(job(LONG), (message) => {
      messages.push(message);
      if (message.type === 'metrics') trainer.send({ type: 'ack', metricsSeq: message.seq });
    });
    await until(() => count('metrics') >= 2 && count('progress') >= 3, 'points and heartbeats');
    expect(getPriority(trainer.pid)).toBe(constants.priority.PRIORITY_BELOW_NORMAL);
    trainer.send({ type: 'stop', how: 'stopped', storing: true, reason: 'enough' });
    await trainer.exited;
    const seqs = messages.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    expect(messages.at(-1)).toMatchObject({ type: 'ended', state: 'stopped', reason: 'enough' });
  });

  it('a pause holds the step while the heart beats on, until it is over', async () => {
    /** Steps of the heartbeats since the pause. */
    let beats: number[] | undefined;
    let points = 0;
    const trainer = startTraining(job(LONG), (message) => {
      if (message.type === 'paused') [beats, points] = [[], 0];
      if (message.type === 'progress') beats?.push(message.progress.step);
      if (message.type !== 'metrics') return;
      points += 1;
      trainer.send({ type: 'ack', metricsSeq: message.seq });
    });
    await until(() => points > 0, 'the first points');
    trainer.send({ type: 'pause', reason: 'to look' });
    await until(() => (beats ?? []).length >= 3, 'three heartbeats of a paused run');
    expect(new Set(beats).size).toBe(1);
    expect(points).toBe(0);
    const [step = 0] = beats ?? [];
    trainer.send({ type: 'resume' });
    await until(() => (beats?.at(-1) ?? 0) > step, 'it goes on');
    trainer.kill();
    await trainer.exited;
  });

  it.each([
    ['draws the pictures that the config asks for', true],
    ['draws none for whoever keeps none, as a replay', false],
  ])('%s', async (_name, pictures) => {
    const drawn = new Set<number>();
    const training = { ...job({ steps: 4, picturesEvery: 2 }), pictures };
    const trainer = startTraining(training, (message) => {
      if (message.type !== 'metrics') return;
      for (const { step } of message.pictures) drawn.add(step);
      trainer.send({ type: 'ack', metricsSeq: message.seq });
    });
    await trainer.exited;
    expect([...drawn]).toEqual(pictures ? [0, 2, 4] : []);
  });

  it('a studio that acknowledges nothing holds the trainer back, and the points ride in the checkpoint', async () => {
    /** Of all heartbeats. */
    const steps: number[] = [];
    let acknowledge = false;
    const unacknowledged: number[] = [];
    const trainer = startTraining(job(LONG), (message) => {
      if (message.type === 'progress') steps.push(message.progress.step);
      if (message.type !== 'metrics') return;
      if (acknowledge) trainer.send({ type: 'ack', metricsSeq: message.seq });
      else unacknowledged.push(message.seq);
    });
    await until(() => unacknowledged.length >= 50, 'fifty batches');
    await until(() => new Set(steps.slice(-4)).size === 1, 'four heartbeats at one step');
    expect(unacknowledged).toHaveLength(50);
    acknowledge = true;
    const before = Math.max(...steps);
    for (const seq of unacknowledged.slice(0, -3)) trainer.send({ type: 'ack', metricsSeq: seq });
    await until(() => Math.max(...steps) > before, 'training goes on');
    trainer.send({ type: 'pause', reason: 'to look' });
    await until(() => existsSync(join(folder.path, 'checkpoint.safetensors')), 'the checkpoint of the pause');
    const stored = await readCheckpoint(folder.path, 'r');
    expect(stored?.unacknowledged.some(({ series }) => series === 'relaxedRevenue')).toBe(true);
    trainer.kill();
    expect((await trainer.exited).signal).toBe('SIGKILL');
  });

  it('a message that is not one ends the trainer with the reason on its output', async () => {
    const child = spawn(process.execPath, [trainerProgram().entry], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let output = '';
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.send({ type: 'format-disk', seq: 1 });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).not.toBe(0);
    expect(output).toMatch(/invalid|Invalid/);
  });
});

it('a stop that comes while the data are read is a stop, not a failure', async () => {
  const ended: FromTraining[] = [];
  const valuations = { kind: 'cats-generator', bidders: 20_000 };
  const trainer = startTraining(job({ ...LONG, items: 50, valuations }), (message) => {
    if (message.type === 'ready')
      trainer.send({ type: 'stop', how: 'stopped', storing: true, reason: 'too soon' });
    if (message.type === 'ended') ended.push(message);
  });
  await trainer.exited;
  expect(ended).toMatchObject([{ state: 'stopped', reason: 'too soon', progress: { step: 0 } }]);
});

describe('jobs that fail', () => {
  it('numbers that stop being finite: failed, with step, estimator and seed, and the last good checkpoint', async () => {
    const ended: FromTraining[] = [];
    const config = { learningRate: 1e38, steps: 5000, checkpointSeconds: 0.05 };
    const trainer = startTraining(job(config), (message) => {
      if (message.type === 'metrics') trainer.send({ type: 'ack', metricsSeq: message.seq });
      if (message.type === 'ended') ended.push(message);
    });
    await trainer.exited;
    expect(ended).toMatchObject([{ state: 'failed', error: { kind: 'numeric' } }]);
    expect(ended).toMatchObject([
      { reason: expect.stringMatching(/step \d+ of softmax \(seed 1\)/) as unknown },
    ]);
  });

  it('a damaged checkpoint fails the resumed run by name and stays where it is', async () => {
    const path = join(folder.path, 'checkpoint.safetensors');
    writeFileSync(path, 'damaged');
    const ended: FromTraining[] = [];
    const trainer = startTraining({ ...job({ steps: 5 }), resume: true }, (message) => {
      if (message.type === 'ended') ended.push(message);
    });
    await trainer.exited;
    expect(ended).toMatchObject([{ state: 'failed', reason: expect.stringContaining(path) as unknown }]);
    expect(existsSync(path)).toBe(true);
  });
});
