/** Runs through kill -9, Ctrl-C, stop, pause and resume: real command line, real trainers, real store. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { checkpointPath } from '../../src/node/run-folder.ts';
import { compareSeries } from '../../src/studio/files/compare.ts';
import type { RunRecord } from '../../src/shared/run.ts';
import { openReadableStore } from '../../src/studio/store/open.ts';
import type { Series } from '../../src/studio/store/types.ts';
import {
  isAlive,
  startCli,
  tempFolder,
  trainersOf,
  until,
  type RunningCli,
  type TempFolder,
} from '../support/cli.ts';
import { clocked } from '../support/clocked.ts';
import { cli, cliJson } from '../support/command-host/command-host.ts';
import { needsUnix, where } from '../support/where.ts';

const { describe, it } = where(needsUnix);

let data: TempFolder;
beforeEach(() => {
  data = tempFolder();
});
afterEach(() => data.remove());

const STEPS = 1500;
/** One run of some seconds, with little work a step, that writes a checkpoint every tenth of a second. */
const job = (backend = 'wasm', steps = STEPS) => [
  'run',
  '--preset',
  'smoke',
  '--estimator',
  'st-gumbel-softmax',
  '--seeds',
  '1,',
  '--set',
  `steps=${steps}`,
  ...['--set', 'batch=16', '--set', 'options=8'],
  '--set',
  'checkpointSeconds=0.1',
  '--set',
  'logEvery=5',
  '--set',
  'evaluateEvery=250',
  '--backend',
  backend,
  '--data-dir',
  data.path,
];
const LONG = 10_000_000;

function runs() {
  const store = openReadableStore(join(data.path, 'studio.sqlite'));
  try {
    return store.runs();
  } finally {
    store.close();
  }
}

function onlyRun(): RunRecord {
  const run = runs().at(0);
  if (run === undefined) throw new Error('there is no run');
  return run;
}

function seriesOf(runId: string): Record<string, Series> {
  const store = openReadableStore(join(data.path, 'studio.sqlite'));
  try {
    return Object.fromEntries(store.series(runId).map(({ name }) => [name, store.readSeries(runId, name)]));
  } finally {
    store.close();
  }
}

async function underWay(running: RunningCli, step = 50): Promise<number> {
  await running.said(/running/);
  await until(() => runs().some((run) => run.step > step), `step ${step}`);
  const trainer = trainersOf(running.child.pid ?? 0).at(0);
  if (trainer === undefined) throw new Error('the run has no trainer');
  return trainer;
}

const wholes = new Map<string, Promise<Record<string, Series>>>();
/** The series of the run that nothing interrupts, trained once a backend. */
function uninterrupted(backend: string): Promise<Record<string, Series>> {
  const whole = wholes.get(backend) ?? trainWhole(backend);
  wholes.set(backend, whole);
  return whole;
}

async function trainWhole(backend: string): Promise<Record<string, Series>> {
  const other = tempFolder();
  const mine = data;
  data = other;
  try {
    expect((await cli(job(backend))).code).toBe(0);
    return seriesOf(onlyRun().id);
  } finally {
    data = mine;
    other.remove();
  }
}

describe.each(['wasm', 'cpu'])('on %s, a resumed run equals the uninterrupted one bit for bit', (backend) => {
  it('after kill -9 of the trainer, and then of the studio', async () => {
    const whole = await uninterrupted(backend);
    const first = startCli(job(backend));
    process.kill(await underWay(first), 'SIGKILL');
    expect((await first.result).code).toBe(1);
    expect(runs()).toMatchObject([
      { state: 'interrupted', reason: expect.stringMatching(/SIGKILL/) as unknown },
    ]);

    const { id, step } = onlyRun();
    const acknowledged = seriesOf(id);
    const second = startCli(['resume', id, '--data-dir', data.path]);
    const trainer = await underWay(second, step + 50);
    second.child.kill('SIGKILL');
    await second.result;
    await until(() => !isAlive(trainer), 'the trainer notices that its studio is gone');

    const last = await cli(['resume', id, '--data-dir', data.path]);
    expect(last.stderr).toMatch(/left by an earlier session: 1 run \(1 interrupted\)/);
    expect(last.code).toBe(0);
    expect(runs()).toMatchObject([{ state: 'completed', step: STEPS }]);
    const final = seriesOf(id);
    expect(compareSeries(whole, final, { ignore: clocked })).toMatchObject({ equal: true });
    expect(
      compareSeries(acknowledged, final, { through: step }).firstDifference?.step ?? Infinity,
    ).toBeGreaterThan(step - 50);
  });
});

describe('Ctrl-C', () => {
  it('once: a checkpoint, exit code 130, and resume goes on to the same numbers', async () => {
    const whole = await uninterrupted('wasm');
    const running = startCli(job());
    await underWay(running);
    running.child.kill('SIGINT');
    const { code, stderr } = await running.result;
    expect(code).toBe(130);
    expect(stderr).toMatch(/ending after a checkpoint/);
    const run = onlyRun();
    expect(run).toMatchObject({ state: 'interrupted', reason: expect.stringMatching(/Ctrl-C/) as unknown });
    expect((await cli(['resume', run.comparison, '--data-dir', data.path])).code).toBe(0);
    expect(compareSeries(whole, seriesOf(run.id), { ignore: clocked }).equal).toBe(true);
  });

  it('twice: at once', async () => {
    const running = startCli(job('wasm', LONG));
    const trainer = await underWay(running);
    // Two at the same time are one (src/cli/ending.test.ts), so it is pressed until it is heard; not after that, when the command may be
    // about to exit and no longer listens.
    await until(() => !isAlive(trainer) || !running.child.kill('SIGINT'), 'its trainer is killed');
    expect((await running.result).code).toBe(130);
    expect(isAlive(trainer)).toBe(false);
    expect(runs()).toMatchObject([{ state: 'interrupted' }]);
  });
});

describe('from a second terminal', () => {
  it('pause, unpause, stop, and a second studio is refused by name', async () => {
    const running = startCli(job('wasm', LONG));
    const trainer = await underWay(running);
    const { id } = onlyRun();

    const second = await cli(['serve', '--data-dir', data.path]);
    expect(second.code).toBe(4);
    expect(second.stderr).toMatch(new RegExp(`gumbel-studio run.*${running.child.pid}`));

    await cliJson(['pause', id, '--data-dir', data.path]);
    const paused = onlyRun();
    expect(paused).toMatchObject({ state: 'paused', reason: 'paused by the command line' });
    await cliJson(['unpause', id, '--data-dir', data.path]);
    await until(() => onlyRun().step > paused.step, 'it goes on');

    const stopped = await cliJson<{ runs: { state: string }[] }>(['stop', id, '--data-dir', data.path]);
    expect(stopped.runs).toMatchObject([{ state: 'stopped' }]);
    expect((await running.result).code).toBe(1);
    expect(isAlive(trainer)).toBe(false);
    const step = onlyRun().step;
    expect(step).toBeGreaterThan(0);
    expect(readFileSync(checkpointPath(join(data.path, 'runs', id))).length).toBeGreaterThan(100);
  });

  it('stop without an owner marks what waits, and a completed run cannot be resumed', async () => {
    expect((await cli(job('wasm', 20))).code).toBe(0);
    const { id } = onlyRun();
    const resumed = await cli(['resume', id, '--data-dir', data.path]);
    expect([resumed.code, resumed.stderr]).toEqual([4, expect.stringMatching(/every run is completed/)]);
    expect(
      (await cliJson<{ runs: { state: string }[] }>(['stop', id, '--data-dir', data.path])).runs[0]?.state,
    ).toBe('completed');
  });
});
