/** Forks with real trainers: what they take over, what they leave behind, and where they can be made. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { experimentRequestSchema } from '../../src/shared/experiment.ts';
import type { RunRecord } from '../../src/shared/run.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { exportRuns } from '../../src/studio/files/export-runs.ts';
import { newComparison } from '../fixtures/runs.ts';
import { tempFolder, until } from '../support/cli.ts';
import { cli, cliJson } from '../support/command-host/command-host.ts';

const folder = tempFolder();
const dataDir = join(folder.path, 'data');
let studio: Studio;
const STEPS = 800;
/** REINFORCE with a moving average (estimator state), stopped on its way. */
let parent: RunRecord;

beforeAll(async () => {
  studio = createStudio({ dataDir, program: 'test' });
  const started = await start({
    preset: 'smoke',
    config: { steps: STEPS, batch: 16, evaluateEvery: 50 },
    estimators: ['reinforce'],
    settings: { reinforce: { baseline: 'moving-average' } },
    seeds: [5],
    backend: 'wasm',
  });
  const { id } = started[0]!;
  await until(() => studio.store.lastStep(id) > 50, 'the parent trains');
  studio.queue.stop(id, 'by the test');
  await studio.queue.idle();
  parent = studio.store.run(id)!;
});

afterAll(async () => {
  await studio.close();
  folder.remove();
});

async function start(request: object): Promise<readonly RunRecord[]> {
  const prepared = await studio.prepare(experimentRequestSchema.parse(request));
  return studio.start(prepared, 'test').runs;
}

/** Runs after they have ended. */
async function ended(runs: readonly { readonly id: string }[]): Promise<readonly RunRecord[]> {
  await studio.queue.idle();
  return runs.map(({ id }) => studio.store.run(id)!);
}

function valuesAfter(id: string, series: string, step: number): readonly (readonly [number, number])[] {
  const { steps, values } = studio.store.readSeries(id, series);
  return [...steps].map((at, i) => [at, values[i]!] as const).filter(([at]) => at > step);
}

describe('a fork', () => {
  it('with nothing changed goes on as its parent does, bit for bit', async () => {
    expect(parent).toMatchObject({ state: 'stopped', parent: null });
    const [fork] = await start({ from: parent.id, backend: 'wasm' });
    expect(fork).toMatchObject({
      step: parent.step,
      steps: STEPS,
      evaluations: parent.evaluations,
      spec: parent.spec,
      parent: { run: parent.id, estimator: 'reinforce', step: parent.step, carried: 'everything' },
    });
    studio.resume([parent]);
    const [forked, resumed] = await ended([fork!, parent]);
    expect([forked?.state, resumed?.state]).toEqual(['completed', 'completed']);
    expect(forked?.comparison).not.toBe(parent.comparison);
    for (const { name } of studio.store.series(parent.id)) {
      if (name === 'seconds') continue;
      const after = valuesAfter(parent.id, name, parent.step);
      expect(valuesAfter(fork!.id, name, parent.step), name).toEqual(after);
    }
    expect(studio.store.lastStep(fork!.id)).toBe(STEPS);
  });

  it("with other estimators begins with its parent's values, at its step, and knows who that was", async () => {
    const end = studio.store.run(parent.id)!;
    const runs = await start({
      from: parent.id,
      config: { steps: STEPS + 100, learningRate: 0.001 },
      estimators: ['softmax', 'reinforce'],
      backend: 'wasm',
    });
    const forks = await ended(runs);
    expect(forks.map(({ state, parent: of }) => [state, of?.step, of?.carried])).toEqual([
      ['completed', STEPS, 'parameters'],
      ['completed', STEPS, 'state'],
    ]);
    for (const { id, spec } of forks) {
      const { steps, values } = studio.store.readSeries(id, 'hardValidationRevenue');
      expect([steps[0], values[0]]).toEqual([STEPS, end.metrics['hardValidationRevenue']]);
      expect(spec.config).toEqual({ ...parent.spec.config, steps: STEPS + 100, learningRate: 0.001 });
    }
    expect(forks[1]?.spec.settings).toEqual(parent.spec.settings);
  });

  it('stands on its own: it is replayed bit for bit when its parent is gone', async () => {
    const request = {
      from: parent.id,
      config: { steps: STEPS + 40 },
      estimators: ['softmax'],
      backend: 'wasm',
    };
    const [fork] = await ended(await start(request));
    studio.store.removeRuns([parent.id]);
    const verdict = await cliJson<{ equal: boolean; points: number }>([
      'replay',
      fork!.id,
      '--data-dir',
      dataDir,
    ]);
    expect(verdict.equal).toBe(true);
    expect(verdict.points).toBeGreaterThan(10);
    const { code, stderr } = await cli(['run', '--from', parent.id, '--data-dir', dataDir]);
    expect([code, stderr]).toEqual([3, expect.stringContaining(`called "${parent.id}"`)]);
  });

  it('is made of a live run too, from its last checkpoint, while that trains on', async () => {
    const config = { steps: 1_000_000, checkpointSeconds: 0.05 };
    const request = { preset: 'smoke', config, estimators: ['softmax'], seeds: [1], backend: 'wasm' };
    const [live] = await start(request);
    const checkpoints = () => studio.store.events(live!.id).filter(({ kind }) => kind === 'checkpoint');
    await until(() => checkpoints().length > 1, 'it has checkpoints');
    const [fork] = await start({ from: live!.id, estimators: ['softmax', 'reinforce'], backend: 'wasm' });
    expect(studio.queue.stateOf(live!.id)).toBe('running');
    expect(fork?.parent).toMatchObject({ run: live!.id, carried: 'everything' });
    expect(fork?.step).toBeGreaterThan(0);
    await until(() => studio.store.lastStep(fork!.id) > fork!.step, 'the fork trains');
    for (const { id } of studio.store.runs({ states: ['running', 'queued'] })) {
      studio.queue.stop(id, 'by the test');
    }
    const [stopped] = await ended([fork!]);
    expect(stopped?.state).toBe('stopped');
    expect(studio.store.series(fork!.id).every(({ firstStep }) => firstStep >= fork!.step)).toBe(true);
  });

  it('can be made of a run without parameters no more than of none', async () => {
    const [bare] = studio.store.createComparison(newComparison()).runs;
    await expect(start({ from: bare!.id })).rejects.toMatchObject({
      kind: 'precondition',
      path: 'from',
      message: expect.stringContaining(`run ${bare!.id} has no parameters`) as string,
    });
    await expect(start({ from: 'nobody-00' })).rejects.toMatchObject({ kind: 'not-found', path: 'from' });
  });
});

describe('run files', () => {
  it('are parents like others, by their final parameters; a fork names its parent there, and is replayed where it was made', async () => {
    const [first] = await ended(
      await start({ preset: 'smoke', config: { steps: 60 }, estimators: ['softmax'], backend: 'wasm' }),
    );
    const out = join(folder.path, 'out');
    await exportRuns(studio.store, dataDir, [first!.id], out, ['gsrun']);
    const file = join(out, `${first!.id}.gsrun`);
    const elsewhere = join(folder.path, 'elsewhere');
    const { runs } = await cliJson<{ runs: RunRecord[] }>(['import', file, '--data-dir', elsewhere]);
    const asked = ['--from', runs[0]!.id, '--set', 'steps=80', '--data-dir', elsewhere];
    const made = await cliJson<{ runs: { id: string; state: string }[] }>(['run', ...asked]);
    expect(made.runs.map(({ state }) => state)).toEqual(['completed']);
    const { id } = made.runs[0]!;
    await cli(['export', id, '--format', 'gsrun', '--out', out, '--data-dir', elsewhere]);
    await studio.imports.open(join(out, `${id}.gsrun`));
    expect(studio.store.run(id)).toMatchObject({
      step: 80,
      parent: {
        run: first!.id,
        name: first!.name,
        estimator: 'softmax',
        step: 60,
        carried: 'parameters',
      },
    });
    const { code, stderr } = await cli(['replay', join(out, `${id}.gsrun`)]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('is a fork')]);
  });
});
