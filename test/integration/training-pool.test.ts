/** Trainers that train one run after the other: bit for bit what new ones train, and never after a run that ended otherwise. */
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { experimentRequestSchema } from '../../src/shared/experiment.ts';
import { TrainingPool } from '../../src/studio/jobs/training-pool.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { tempFolder, until } from '../support/cli.ts';
import { runRemains } from '../support/run-remains.ts';

const folder = tempFolder();
afterAll(() => folder.remove());

const startFresh = vi.spyOn(TrainingPool.prototype, 'startFresh');
const keep = vi.spyOn(TrainingPool.prototype, 'keep');
afterEach(() => {
  keep.mockReset();
  startFresh.mockClear();
});

/** Twelve runs, of problems as different as there are. */
const requests = [
  ['menu-auction', 'smoke', 'softmax', 'reinforce', 'st-gumbel-softmax', 'rebar'],
  ['toy-categorical', 'smoke', 'exact'],
  ['toy-continuous', 'gaussian-smoke', 'reparam'],
  ['discrete-vae', 'discrete-vae-smoke', 'gumbel-softmax'],
  ['vq-vae', 'vq-vae-smoke', 'gradient'],
  ['regretnet', 'regretnet-smoke', 'softmax'],
  ['confident-classifier', 'confident-classifier-smoke', 'gradient'],
  ['darts-toy', 'darts-toy-smoke', 'gradient'],
  ['text-gan', 'text-gan-smoke', 'st-gumbel-softmax'],
].map(([problem, preset, ...estimators]) => ({ problem, preset, estimators }));

async function start(studio: Studio, request: object): Promise<readonly string[]> {
  const prepared = await studio.prepare(
    experimentRequestSchema.parse({ seeds: [3], backend: 'wasm', variants: [], ...request }),
  );
  return studio.start(prepared, 'test').runs.map(({ id }) => id);
}

describe('twelve runs on one trainer after the other, and each on its own', () => {
  it('leave the same points, metrics, pictures and checkpoints, bit for bit', async () => {
    const trainAll = async (name: string) => {
      const studio = createStudio({ dataDir: join(folder.path, name), program: 'test', concurrency: 1 });
      try {
        const ids: string[] = [];
        for (const request of requests)
          ids.push(...(await start(studio, { ...request, config: { steps: 12 } })));
        await studio.queue.idle();
        return ids.map((id) => runRemains(studio, id));
      } finally {
        await studio.close();
      }
    };
    const reused = await trainAll('reused');
    expect(startFresh).toHaveBeenCalledTimes(1);
    startFresh.mockClear();
    keep.mockImplementation(function (this: TrainingPool, kept) {
      this.end(kept);
    });
    const fresh = await trainAll('fresh');
    expect(startFresh).toHaveBeenCalledTimes(12);
    expect(fresh).toHaveLength(12);
    expect(fresh.every(({ tensors, series }) => tensors.length > 0 && series.length > 0)).toBe(true);
    for (const [i, run] of fresh.entries()) expect(reused[i]).toEqual(run);
  });
});

describe('a trainer', () => {
  it('that was stopped, or whose run failed, trains no other run; one that is killed costs its own run alone', async () => {
    const studio = createStudio({ dataDir: join(folder.path, 'ends'), program: 'test', concurrency: 1 });
    try {
      const long = { preset: 'smoke', estimators: ['softmax'], config: { steps: 1_000_000 } };
      const short = { preset: 'smoke', estimators: ['softmax'], config: { steps: 5 } };
      const [first] = await start(studio, long);
      await until(() => studio.store.lastStep(first!) > 0, 'it trains');
      studio.queue.stop(first!, 'by the test');
      const [second] = await start(studio, { ...short, config: { steps: 50, learningRate: 1e38 } });
      const [third] = await start(studio, short);
      await studio.queue.idle();
      expect([first, second, third].map((id) => studio.store.run(id!)!.state)).toEqual([
        'stopped',
        'failed',
        'completed',
      ]);
      expect(startFresh).toHaveBeenCalledTimes(3);
      // The third's trainer waits: it dies while it does, and nobody notices.
      const waiting = startFresh.mock.results.at(-1)!.value as ReturnType<TrainingPool['startFresh']>;
      process.kill(waiting.process.pid!, 'SIGKILL');
      const [fourth] = await start(studio, short);
      await studio.queue.idle();
      expect(studio.store.run(fourth!)!.state).toBe('completed');
      // Used once, and killed in its second run.
      const [fifth] = await start(studio, long);
      await until(() => studio.store.lastStep(fifth!) > 0, 'it trains');
      expect(startFresh).toHaveBeenCalledTimes(4);
      const used = startFresh.mock.results.at(-1)!.value as ReturnType<TrainingPool['startFresh']>;
      process.kill(used.process.pid!, 'SIGKILL');
      const [sixth] = await start(studio, short);
      await studio.queue.idle();
      expect([fourth, fifth, sixth].map((id) => studio.store.run(id!)!.state)).toEqual([
        'completed',
        'interrupted',
        'completed',
      ]);
    } finally {
      await studio.close();
    }
  });
});
