/** Runs on hosts that a real sshd stands for: real trainers there, connections that break off, studios that come and go. */
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ExecutorChoice } from '../../src/shared/executor.ts';
import { installationName } from '../../src/studio/executors/ssh/package-files.ts';
import { checkOn, installOn } from '../../src/studio/executors/ssh/remote.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { cli, isAlive, startCli, storedRun, tempFolder, until } from '../support/cli.ts';
import { runRemains } from '../support/run-remains.ts';
import { startSshd, whyNoSshd, type RealSshd } from '../support/sshd.ts';

const why = whyNoSshd();
const HOSTS = ['a', 'b', 'bare'];
const onHosts: ExecutorChoice = {
  kind: 'ssh',
  hosts: [
    { host: 'a', atOnce: 1 },
    { host: 'b', atOnce: 2 },
  ],
};
const REQUEST = {
  problem: 'toy-categorical',
  config: { steps: 60, logEvery: 5, evaluateEvery: 20 },
  settings: {},
  estimators: ['reinforce', 'gumbel-softmax', 'st-gumbel-softmax'],
  seeds: [1, 2, 3, 4, 5, 6, 7, 8],
  backend: 'wasm' as const,
};
const times = {
  pace: { least: 200, most: 1000, mostSilent: 2000 },
  limits: { stopMs: 20_000, silenceMs: 600_000, silent: () => 'silent' },
  secondLookMs: 1000,
};

describe.skipIf(why !== '')(`ssh${why === '' ? '' : ` (not run: ${why})`}`, () => {
  let sshd: RealSshd;
  let dataDir: string;

  beforeAll(async () => {
    sshd = await startSshd(HOSTS);
    vi.stubEnv('PATH', sshd.env['PATH']);
    for (const host of ['a', 'b']) await installOn(host, undefined);
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await sshd.stop();
  });

  beforeEach(() => {
    dataDir = newFolder();
  });

  afterEach(async () => {
    sshd.useKey('right');
    await sshd.start();
  });

  function newFolder(): string {
    const folder = tempFolder();
    onTestFinished(() => folder.remove());
    return folder.path;
  }

  function open(folder = dataDir): Studio {
    const studio = createStudio({
      dataDir: folder,
      program: 'test',
      concurrency: 2,
      oneByOne: true,
      dispatchTimes: times,
    });
    onTestFinished(() => studio.close());
    return studio;
  }

  async function begin(studio: Studio, request: object = {}, executor: ExecutorChoice = onHosts) {
    const prepared = await studio.prepare({ ...REQUEST, executor, ...request });
    return studio.start(prepared, 'elsewhere');
  }

  const statesOf = (studio: Studio) => studio.store.runs().map(({ state, reason }) => [state, reason]);
  const tasksOn = (host: string) => {
    const base = join(sshd.home(host), '.cache/gumbel-studio/tasks');
    return readdirSync(base).filter((name) => !name.startsWith('places-'));
  };

  it('24 runs on two hosts are those of the local queue bit for bit, and leave nothing there', async () => {
    const studio = open();
    const { runs } = await begin(studio);
    expect(runs).toHaveLength(24);
    await studio.queue.idle();
    expect(statesOf(studio)).toEqual(runs.map(() => ['completed', '']));
    const here = open(newFolder());
    const { runs: ours } = here.start(await here.prepare(REQUEST), 'here');
    await here.queue.idle();
    expect(runs.map(({ id }) => runRemains(studio, id))).toEqual(ours.map(({ id }) => runRemains(here, id)));
    await until(
      () => [...tasksOn('a'), ...tasksOn('b')].length === 0,
      'the folders on the hosts are removed',
    );
  });
});
