/** A disk that fills up during training: the run pauses, says so, and goes on to the same numbers when there is space. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compareSeries } from '../../src/studio/files/compare.ts';
import { openReadableStore } from '../../src/studio/store/open.ts';
import type { Series } from '../../src/studio/store/types.ts';
import { startCli, tempFolder, type RunningCli } from '../support/cli.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { where } from '../support/where.ts';

const disk = tempFolder();
const roomy = tempFolder();

const whyNoDisk = mountSmallDisk(disk.path, '768k');

const STEPS = 4000;
const job = (dataDir: string) => [
  ...['run', '--preset', 'smoke', '--estimator', 'st-gumbel-softmax', '--seeds', '1,', '--backend', 'wasm'],
  ...['--set', `steps=${STEPS}`, '--set', 'batch=16', '--set', 'options=8', '--set', 'logEvery=1'],
  ...['--set', 'checkpointSeconds=0.2', '--data-dir', dataDir],
];

function series(dataDir: string): Record<string, Series> {
  const store = openReadableStore(join(dataDir, 'studio.sqlite'));
  try {
    const [run] = store.runs();
    if (run === undefined) throw new Error('there is no run');
    return Object.fromEntries(store.series(run.id).map(({ name }) => [name, store.readSeries(run.id, name)]));
  } finally {
    store.close();
  }
}

where(whyNoDisk).describe('a full disk', () => {
  let said = '';
  const started: RunningCli[] = [];
  const start = (dataDir: string) => {
    const running = startCli(job(dataDir));
    started.push(running);
    return running;
  };
  beforeAll(async () => {
    const whole = start(roomy.path);
    const running = start(join(disk.path, 'data'));
    await running.said(/paused: .*full/);
    execFileSync('mount', ['-o', 'remount,size=60m', disk.path]);
    const [result] = await Promise.all([running.result, whole.result]);
    said = result.stderr;
    expect(result.code).toBe(0);
  });
  afterAll(() => {
    for (const { child } of started) child.kill('SIGKILL');
    execFileSync('umount', ['--lazy', disk.path]);
  });

  it('pauses with the reason, then runs again, then completes', () => {
    expect(said).toMatch(/paused: .*full[^]*: running[^]*: completed/);
  });

  it('loses no point', () => {
    const verdict = compareSeries(series(roomy.path), series(join(disk.path, 'data')), {
      ignore: ['seconds'],
    });
    expect(verdict).toMatchObject({ equal: true });
    expect(verdict.points).toBeGreaterThan(STEPS * 5);
  });
});

afterAll(() => {
  disk.remove();
  roomy.remove();
});
