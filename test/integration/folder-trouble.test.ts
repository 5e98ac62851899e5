/** The data folder is changed under a studio that has it open: one sentence, checkpoints, an exit code; no stack trace. */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readForkPoint } from '../../src/studio/forks/fork-point.ts';
import type { RunRecord } from '../../src/shared/run.ts';
import { removeFolder, temporaryFolder } from '../fixtures/temporary-folder.ts';
import { startCli, storedRun, until, type RunningCli } from '../support/cli.ts';
import { serveStudio } from '../support/served-studio.ts';

const LONG = 10_000_000;

/** A run that trains, with one checkpoint at its very end only. */
async function training(dataDir: string): Promise<{ running: RunningCli; run: RunRecord }> {
  const running = startCli([
    ...['run', '--preset', 'smoke', '--estimator', 'softmax', '--seeds', '1,', '--backend', 'wasm'],
    ...['--set', `steps=${LONG}`, '--set', 'checkpointSeconds=1000', '--set', 'logEvery=5'],
    ...['--data-dir', dataDir],
  ]);
  onTestFinished(() => void running.child.kill('SIGKILL'));
  await until(() => (storedRun(dataDir)?.step ?? 0) > 20, 'it trains', 120_000);
  const run = storedRun(dataDir);
  if (run === undefined) throw new Error('there is no run');
  return { running, run };
}

const oneSentence = (text: string, about: RegExp) => {
  const said = text.split('\n').filter((line) => line.startsWith('gumbel-studio: '));
  expect(said).toEqual([expect.stringMatching(about)]);
  expect(text).not.toMatch(/^ +at /m);
};

it('studio.sqlite is removed: noticed, the run writes a checkpoint, exit code 1', async () => {
  const dataDir = temporaryFolder();
  const { running, run } = await training(dataDir);
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(dataDir, `studio.sqlite${suffix}`), { force: true });
  const { code, stderr } = await running.result;
  expect(code).toBe(1);
  oneSentence(stderr, /studio\.sqlite was removed or replaced/);
  expect(readForkPoint(dataDir, run).step).toBeGreaterThan(20);
  expect(existsSync(join(dataDir, 'studio.sqlite'))).toBe(false);
});

it('studio.sqlite is replaced by another: noticed, and the other one is left as it is', async () => {
  const dataDir = temporaryFolder();
  const { running } = await training(dataDir);
  const path = join(dataDir, 'studio.sqlite');
  renameSync(path, `${path}.before`);
  writeFileSync(path, '');
  const { code, stderr } = await running.result;
  expect(code).toBe(1);
  oneSentence(stderr, /studio\.sqlite was removed or replaced/);
  expect(storedRun(dataDir)).toBeUndefined();
});

it('the data folder is moved away, and another is in its place: nothing is written there', async () => {
  const dataDir = join(temporaryFolder(), 'data');
  const { running } = await training(dataDir);
  renameSync(dataDir, `${dataDir}.before`);
  mkdirSync(dataDir);
  const { code, stderr } = await running.result;
  expect(code).toBe(1);
  oneSentence(stderr, /data was removed or replaced/);
  expect(existsSync(join(dataDir, 'runs'))).toBe(false);
});

it('control is a file: the run is interrupted in order, exit code 1', async () => {
  const dataDir = temporaryFolder();
  const { running, run } = await training(dataDir);
  const control = join(dataDir, 'control');
  removeFolder(control);
  writeFileSync(control, '');
  const { code, stderr } = await running.result;
  expect(code).toBe(1);
  oneSentence(stderr, /control, where other terminals ask/);
  const ended = storedRun(dataDir);
  expect(ended?.state).toBe('interrupted');
  expect(readForkPoint(dataDir, run).step).toBe(ended?.step);
});

it('runs is a file, so that no run can begin: each says why, exit code 1', async () => {
  const dataDir = temporaryFolder();
  writeFileSync(join(dataDir, 'runs'), '');
  const { code, stderr } = await startCli([
    ...['run', '--preset', 'gaussian-smoke', '--seeds', '1,', '--backend', 'cpu', '--set', 'steps=60'],
    ...['--data-dir', dataDir],
  ]).result;
  expect(code).toBe(1);
  const reason = storedRun(dataDir)?.reason ?? '';
  expect(storedRun(dataDir)?.state).toBe('interrupted');
  expect(reason).toContain(join(dataDir, 'runs'));
  expect(stderr).toContain(`seed 1: interrupted: ${reason}`);
});

it('serve ends by itself with exit code 1 when its folder is gone', async () => {
  const dataDir = join(temporaryFolder(), 'data');
  const served = await serveStudio(dataDir);
  onTestFinished(() => served.kill());
  removeFolder(dataDir);
  await until(() => served.child.exitCode !== null, 'it ends', 60_000);
  expect(served.child.exitCode).toBe(1);
  expect(existsSync(dataDir)).toBe(false);
});
