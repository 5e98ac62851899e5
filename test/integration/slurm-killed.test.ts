/**
 * Studios that watch the same real Slurm and are killed (-9) at the worst moments: while they hand over, while runs come home, while they
 * cancel. The next studio on each folder finds everything, hands nothing over twice, and takes each end home once.
 */
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createExecutors } from '../../src/studio/executors/registry.ts';
import { SlurmExecutor } from '../../src/studio/executors/slurm.ts';
import { knownSubmissions } from '../../src/studio/executors/known-submissions.ts';
import { openReadableStore } from '../../src/studio/store/open.ts';
import { STORE_FILE, type Studio } from '../../src/studio/studio.ts';
import type { RunRecord } from '../../src/shared/run.ts';
import { cli, startCli, until } from '../support/cli.ts';
import { newFolder, openStudio } from '../support/executor-studio.ts';
import { runRemains } from '../support/run-remains.ts';
import { startSlurm, whyNoSlurm, type RealSlurm } from '../support/slurm.ts';
import { where } from '../support/where.ts';

const SEEDS = [1, 2, 3, 4, 5];

where(whyNoSlurm()).describe('killed studios on one Slurm', () => {
  let slurm: RealSlurm;
  /** With a file of that name in it, the command of Slurm has done its work and answers once the file is gone. */
  let gates: string;
  let commands: string;

  beforeAll(async () => {
    // Arrays of at most three, of five runs two.
    slurm = await startSlurm({ nodes: 2, cpus: 1, config: ['MaxArraySize=4'] });
  });
  afterAll(() => slurm.stop());

  beforeEach(() => {
    gates = newFolder();
    commands = newFolder();
    for (const name of ['sbatch', 'scancel']) {
      const path = join(commands, name);
      const gate = join(gates, name);
      const before =
        name === 'scancel' ? `while [ -e '${gate}' ]; do touch '${gate}.held'; sleep 0.05; done\n` : '';
      const after =
        name === 'sbatch' ? `while [ -e '${gate}' ]; do touch '${gate}.held'; sleep 0.05; done\n` : '';
      writeFileSync(path, `#!/bin/sh\n${before}/usr/bin/${name} "$@"\ncode=$?\n${after}exit $code\n`);
      chmodSync(path, 0o755);
    }
  });

  const env = () => ({
    SLURM_CONF: slurm.env['SLURM_CONF'] ?? '',
    PATH: `${commands}:${process.env['PATH'] ?? ''}`,
  });

  function startRun(dataDir: string, steps: number) {
    return startCli(
      [
        ...['run', '--data-dir', dataDir, '--problem', 'toy-categorical', '--estimator', 'reinforce'],
        ...['--seeds', `${SEEDS[0]}-${SEEDS.at(-1)}`, '--set', `steps=${steps}`, '--set', 'logEvery=50'],
        ...['--set', 'evaluateEvery=1000', '--backend', 'wasm', '--executor', 'slurm'],
      ],
      { env: env() },
    );
  }

  function open(dataDir: string): Studio {
    const others = createExecutors();
    const executor = new SlurmExecutor({ env: slurm.env });
    return openStudio(dataDir, { executors: (kind) => (kind === 'slurm' ? executor : others(kind)) });
  }

  function stored(dataDir: string): readonly RunRecord[] {
    const path = join(dataDir, STORE_FILE);
    if (!existsSync(path)) return [];
    try {
      const store = openReadableStore(path);
      try {
        return store.runs();
      } finally {
        store.close();
      }
    } catch {
      // The studio is making it.
      return [];
    }
  }

  const tokenOf = (dataDir: string) => knownSubmissions(dataDir).submissions[0]?.token ?? '';
  /** Names of the arrays that were ever handed over. */
  function arraysOf(token: string): readonly string[] {
    const listed = slurm.run('squeue', '--me', '--states=all', '--noheader', '--Format=ArrayJobID:|,Name:|');
    return [...new Set(listed.split('\n').filter((line) => line.includes(token)))].sort();
  }
  /** What it has of them that is not over. */
  const queued = (token: string) =>
    slurm
      .run('squeue', '--me', '--noheader', '--array', '--Format=State:|,Name:|')
      .split('\n')
      .filter((line) => line.includes(token));

  async function kill({ child, result }: ReturnType<typeof startCli>): Promise<void> {
    child.kill('SIGKILL');
    await result;
  }

  function expectEachEndedOnce(studio: Studio): void {
    for (const { id } of studio.store.runs()) {
      const log = studio.store.events(id).map(({ kind, message }) => `${kind} ${message}`);
      expect(log.filter((line) => line.startsWith('state '))).toEqual(['state running', 'state completed']);
      expect(new Set(log).size).toBe(log.length);
    }
  }

  it('two studios, one killed while it hands over and one while its runs come home', async () => {
    const [first, second] = [newFolder(), newFolder()];
    writeFileSync(join(gates, 'sbatch'), '');
    const handing = startRun(first, 400);
    await until(() => existsSync(join(gates, 'sbatch.held')), 'Slurm has an array, and nobody knows');
    await kill(handing);
    const token = tokenOf(first);
    expect(arraysOf(token)).toHaveLength(1);
    rmSync(join(gates, 'sbatch'));
    const training = startRun(second, 400);
    const ours = open(first);
    await until(() => stored(second).some(({ state }) => state === 'completed'), 'the first one is home');
    await kill(training);
    const theirs = open(second);
    await Promise.all([ours.queue.idle(), theirs.queue.idle()]);
    const here = openStudio(newFolder());
    const config = { steps: 400, logEvery: 50, evaluateEvery: 1000 };
    const made = here.start(
      await here.prepare({
        ...{ problem: 'toy-categorical', config, settings: {}, estimators: ['reinforce'], seeds: SEEDS },
        backend: 'wasm',
      }),
      'here',
    );
    await here.queue.idle();
    for (const studio of [ours, theirs]) {
      expect(studio.store.runs().map(({ state, reason }) => `${state} ${reason}`)).toEqual(
        SEEDS.map(() => 'completed '),
      );
      expectEachEndedOnce(studio);
      for (const run of studio.store.runs()) {
        const same = made.runs.find(({ spec }) => spec.seed === run.spec.seed)!;
        expect(runRemains(studio, run.id)).toEqual(runRemains(here, same.id));
      }
    }
    expect(arraysOf(token)).toHaveLength(SEEDS.length);
  });

  it('killed while it cancels what waits: it is stopped, and the next studio takes it out of the queue', async () => {
    const dataDir = newFolder();
    const studio = startRun(dataDir, 4_000_000);
    const training = () => stored(dataDir).filter(({ step }) => step > 100);
    await until(() => training().length === 2, 'two train, and the rest waits');
    const token = tokenOf(dataDir);
    writeFileSync(join(gates, 'scancel'), '');
    const waiting = stored(dataDir).filter(({ state }) => state === 'queued');
    for (const { id } of waiting)
      expect(await cli(['stop', id, '--data-dir', dataDir])).toMatchObject({ code: 0 });
    await until(() => existsSync(join(gates, 'scancel.held')), 'Slurm is about to be told');
    await kill(studio);
    expect(queued(token)).toHaveLength(SEEDS.length);
    const next = open(dataDir);
    await until(() => queued(token).length === 2, 'what waited is in the queue no more');
    for (const { id } of training()) next.stop(id, 'enough');
    await next.queue.idle();
    expect(next.store.runs().map(({ state }) => state)).toEqual(SEEDS.map(() => 'stopped'));
    expect(next.store.runs().filter(({ step }) => step > 100)).toHaveLength(2);
    await until(() => queued(token).length === 0, 'nothing of it is left');
  });
});
