/** Trainers and a studio that goes away: none outlives it, and one that does for a while changes nothing of the run any more. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { sha256 } from '../../src/node/digest.ts';
import { decodeSafetensors } from '../../src/engine/core/stored-tensor.ts';
import { parameterFile } from '../../src/node/run-folder.ts';
import { forkStep } from '../../src/studio/forks/fork-point.ts';
import type { RunRecord } from '../../src/shared/run.ts';
import { fileOf } from '../fixtures/run-files.ts';
import {
  isAlive,
  startCli,
  storedRun,
  tempFolder,
  trainersOf,
  until,
  type RunningCli,
} from '../support/cli.ts';
import { cli } from '../support/command-host/command-host.ts';
import { serveStudio } from '../support/served-studio.ts';
import { connect, enter } from '../support/studio-client.ts';
import { needsUnix, where } from '../support/where.ts';

const { describe, it } = where(needsUnix);

const BIN = fileURLToPath(new URL('../../bin/gumbel-studio.js', import.meta.url));
const STUCK = fileURLToPath(new URL('../support/stuck-trainers.mjs', import.meta.url));

const STEPS = 1000;
const LONG = 10_000_000;
/** A trainer that is asked to stop alone is given 20 s. */
const IN_TIME_MS = 15_000;

/** Files that a studio removes, or empties, at an orderly end. */
function leftOver(dataDir: string): readonly string[] {
  return ['studio.lock.json', 'studio.sqlite-wal', 'server.json', 'open-studio.html'].filter((name) =>
    existsSync(join(dataDir, name)),
  );
}

const job = (dataDir: string, steps: number) => [
  ...['run', '--preset', 'smoke', '--estimator', 'softmax', '--seeds', '1,', '--backend', 'wasm'],
  ...['--set', `steps=${steps}`, '--set', 'checkpointSeconds=0.1', '--set', 'logEvery=5'],
  ...['--data-dir', dataDir],
];

function dataFolder(): string {
  const folder = tempFolder();
  onTestFinished(() => folder.remove());
  return folder.path;
}

function onlyRun(dataDir: string): RunRecord {
  const run = storedRun(dataDir);
  if (run === undefined) throw new Error('there is no run');
  return run;
}

function parametersOf(dataDir: string): Buffer {
  const path = parameterFile(join(dataDir, 'runs', onlyRun(dataDir).id));
  if (path === undefined) throw new Error('the run has no parameters');
  return readFileSync(path);
}

/** Ended with the test, whatever becomes of it. */
function watched(trainer: number | undefined): number {
  if (trainer === undefined) throw new Error('the run has no trainer');
  onTestFinished(() => {
    if (isAlive(trainer)) process.kill(trainer, 'SIGKILL');
  });
  return trainer;
}

/** A command whose trainer computes without end. */
async function stuck(dataDir: string): Promise<{ running: RunningCli; trainer: number }> {
  const marks = dataFolder();
  const running = startCli(job(dataDir, LONG), { env: stuckTrainers(marks) });
  return { running, trainer: await stuckIn(marks) };
}

function stuckTrainers(marks: string) {
  return { NODE_OPTIONS: `--import=${STUCK}`, STUCK_TRAINERS: marks };
}

async function stuckIn(marks: string): Promise<number> {
  await until(() => readdirSync(marks).length > 0, "a trainer's main thread never comes back", 120_000);
  return watched(Number(readdirSync(marks)[0]));
}

function parameterTensors(file: Buffer) {
  return decodeSafetensors(file, 'checkpoint', sha256).tensors.filter(({ name }) =>
    name.startsWith('parameter/'),
  );
}

it('a trainer that wakes up after its run was completed by another leaves the final parameters as they are', async () => {
  const dataDir = dataFolder();
  const first = startCli(job(dataDir, STEPS));
  await first.said(/running/);
  await until(() => (storedRun(dataDir)?.step ?? 0) > 20, 'it trains', 120_000);
  const trainer = watched(trainersOf(first.child.pid ?? 0)[0]);
  process.kill(trainer, 'SIGSTOP');
  first.child.kill('SIGKILL');
  await first.result;
  const { id, step } = onlyRun(dataDir);
  expect(step).toBeLessThan(STEPS);
  expect((await cli(['resume', id, '--data-dir', dataDir])).code).toBe(0);
  expect(onlyRun(dataDir)).toMatchObject({ state: 'completed', step: STEPS });
  const final = parametersOf(dataDir);
  process.kill(trainer, 'SIGCONT');
  await until(() => !isAlive(trainer), 'it notices that its studio is gone');
  expect(parametersOf(dataDir).equals(final)).toBe(true);
  const whole = dataFolder();
  expect((await cli(job(whole, STEPS))).code).toBe(0);
  expect(parameterTensors(final)).toEqual(parameterTensors(parametersOf(whole)));
});

it('a trainer that computes without end is gone soon after its studio', async () => {
  const dataDir = dataFolder();
  const { running, trainer } = await stuck(dataDir);
  running.child.kill('SIGKILL');
  await running.result;
  await until(() => !isAlive(trainer), 'the watchdog ends it', 10_000);
});

it('a reader of a run file that computes without end is gone soon after its studio', async () => {
  const marks = dataFolder();
  const file = fileOf();
  const running = startCli(['import', file, '--data-dir', dataFolder()], { env: stuckTrainers(marks) });
  const reader = await stuckIn(marks);
  running.child.kill('SIGKILL');
  await running.result;
  await until(() => !isAlive(reader), 'the watchdog ends it', 10_000);
});

describe('SIGTERM, with a trainer that computes without end', () => {
  it('ends run: the trainer is killed, the run can be resumed', async () => {
    const dataDir = dataFolder();
    const { running, trainer } = await stuck(dataDir);
    running.child.kill('SIGTERM');
    await until(() => running.child.exitCode !== null, 'it ends', IN_TIME_MS);
    expect((await running.result).code).toBe(130);
    expect(isAlive(trainer)).toBe(false);
    expect(leftOver(dataDir)).toEqual([]);
    expect(onlyRun(dataDir)).toMatchObject({
      state: 'interrupted',
      reason: expect.stringMatching(/SIGTERM.*killed before its last checkpoint/) as unknown,
    });
  });

  it('ends serve', async () => {
    const dataDir = dataFolder();
    const marks = dataFolder();
    const served = await serveStudio(dataDir, 0, stuckTrainers(marks));
    onTestFinished(() => served.kill());
    const page = await connect(await enter(served.address));
    const config = { steps: LONG, checkpointSeconds: 0.1 };
    const request = {
      preset: 'smoke',
      config,
      estimators: ['softmax'],
      seeds: [1],
      backend: 'wasm' as const,
    };
    const starting = await page.client.experiments.start(request);
    while ((await starting.next()).done !== true);
    const trainer = await stuckIn(marks);
    served.child.kill('SIGTERM');
    await until(() => served.child.exitCode !== null, 'it ends', IN_TIME_MS);
    expect(served.child.exitCode).toBe(0);
    expect(isAlive(trainer)).toBe(false);
    expect(leftOver(dataDir)).toEqual([]);
  });
});

it.each(['SIGTERM', 'SIGHUP'] as const)(
  '%s to the whole process group is a clean end: a checkpoint, and no lock or log file is left',
  async (signal) => {
    const dataDir = dataFolder();
    const child = spawn(process.execPath, [BIN, ...job(dataDir, LONG)], { detached: true, stdio: 'ignore' });
    const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
    onTestFinished(() => void child.kill('SIGKILL'));
    await until(() => (storedRun(dataDir)?.step ?? 0) > 0, 'it trains', 120_000);
    process.kill(-(child.pid ?? 0), signal);
    expect(await gone).toBe(130);
    expect(leftOver(dataDir)).toEqual([]);
    const run = onlyRun(dataDir);
    expect(run.state).toBe('interrupted');
    expect(run.reason).not.toMatch(/killed|died/);
    expect(forkStep(dataDir, run)).toBe(run.step);
  },
);
