/** Runs of a comparison that differ by their seed, trained together by real trainers: bit for bit what each is alone, and each with an end of its own. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../src/shared/errors.ts';
import { experimentRequestSchema } from '../../src/shared/experiment.ts';
import type { RunRecord } from '../../src/shared/run.ts';
import { areAlike, sharersOf } from '../../src/shared/sharing.ts';
import { TrainingPool } from '../../src/studio/jobs/training-pool.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { tempFolder, until } from '../support/cli.ts';
import { runRemains } from '../support/run-remains.ts';

const folder = tempFolder();
afterAll(() => folder.remove());

const startFresh = vi.spyOn(TrainingPool.prototype, 'startFresh');
let studio: Studio;
let dataFolders = 0;

function openStudio(name: string, oneByOne = false, concurrency = 1): Studio {
  return createStudio({ dataDir: join(folder.path, name), program: 'test', concurrency, oneByOne });
}

beforeEach(() => {
  startFresh.mockClear();
  dataFolders += 1;
  studio = openStudio(`${dataFolders}`);
});
afterEach(() => studio.close());

const toy = { problem: 'toy-categorical', backend: 'wasm', variants: [], seeds: [1, 2, 3] };
const short = { ...toy, estimators: ['reinforce'], config: { steps: 120, evaluateEvery: 20, logEvery: 5 } };
/** Long enough to be told something meanwhile. */
const long = { ...short, config: { ...short.config, steps: 1500, checkpointSeconds: 0.2 } };

async function start(of: Studio, request: object): Promise<readonly string[]> {
  const prepared = await of.prepare(experimentRequestSchema.parse(request));
  return of.start(prepared, 'test').runs.map(({ id }) => id);
}

const record = (id: string): RunRecord => studio.store.run(id)!;
const states = (ids: readonly string[]) => ids.map((id) => record(id).state);
/** How many runs shared their seconds. */
const sharers = (ids: readonly string[]) => ids.map((id) => sharersOf(record(id)));
const lastStep = (id: string) => studio.store.lastStep(id);

function trainerPids(): (number | undefined)[] {
  return startFresh.mock.results.map(
    ({ value }) => (value as ReturnType<TrainingPool['startFresh']>).process.pid,
  );
}

/** What it leaves, its log among it. */
function remains(of: Studio, id: string) {
  const log = of.store
    .events(id)
    .filter(({ kind }) => kind !== 'checkpoint')
    .map(({ kind, step, message }) => `${kind} ${step} ${message}`);
  return { ...runRemains(of, id), log };
}

/** Without the log, which tells of pauses, stops and resumptions. */
const numbers = (run: ReturnType<typeof remains>) => ({ ...run, log: [] });

async function aloneIn(name: string, request: object) {
  const alone = openStudio(name, true);
  try {
    const ids = await start(alone, request);
    await alone.queue.idle();
    return ids.map((id) => remains(alone, id));
  } finally {
    await alone.close();
  }
}

let kept: ReturnType<typeof aloneIn> | undefined;
const longAlone = () => (kept ??= aloneIn('alone', long));

describe('runs that differ by their seed alone', () => {
  it.each([
    ['toy-categorical', ['reinforce', 'st-gumbel-softmax'], {}],
    ['toy-bernoulli', ['disarm'], {}],
    ['toy-continuous', ['reparam'], {}],
    ['discrete-vae', ['disarm'], { data: { kind: 'digits', limit: 60 }, hiddenUnits: 8, latents: 3 }],
  ])('of %s leave together what they leave one by one, bit for bit', async (problem, estimators, config) => {
    const request = { ...short, problem, estimators, config: { ...short.config, ...config } };
    const ids = await start(studio, request);
    await studio.queue.idle();
    // One trainer, which was reused for the second crew.
    expect(startFresh).toHaveBeenCalledTimes(1);
    expect(new Set(states(ids))).toEqual(new Set(['completed']));
    for (const shared of sharers(ids)) expect(areAlike([shared, 3]), `${shared}`).toBe(true);
    const found = ids.map((id) => remains(studio, id));
    expect(found).toEqual(await aloneIn(`alone-${problem}`, request));
    expect(found.every(({ series, tensors }) => series.length > 0 && tensors.length > 0)).toBe(true);
    // The seeds do differ, or nothing is proven.
    expect(found[0]!.series).not.toEqual(found[1]!.series);
  });

  it('are split among the trainers that may run', async () => {
    await studio.close();
    studio = openStudio('split', false, 2);
    const ids = await start(studio, { ...short, seeds: [1, 2, 3, 4] });
    expect(ids.map((id) => studio.queue.stateOf(id))).toEqual(Array(4).fill('running'));
    expect(startFresh).toHaveBeenCalledTimes(2);
    await studio.queue.idle();
    expect(states(ids)).toEqual(Array(4).fill('completed'));
  });

  it('are seen running, each of them', async () => {
    const ids = await start(studio, long);
    await until(() => ids.every((id) => lastStep(id) > 0), 'all of them train');
    for (const id of ids) {
      expect(studio.queue.stateOf(id)).toBe('running');
      expect(studio.store.run(id)).toMatchObject({ state: 'running', environment: { backend: 'wasm' } });
    }
    expect(startFresh).toHaveBeenCalledTimes(1);
    for (const id of ids) studio.queue.stop(id, 'enough');
    await studio.queue.idle();
    expect(states(ids)).toEqual(Array(3).fill('stopped'));
  });
});

describe('one of three', () => {
  it('is paused, and goes on alone later: the others end meanwhile, and all have the numbers that they have alone', async () => {
    const ids = await start(studio, long);
    await until(() => ids.every((id) => lastStep(id) > 0), 'they train');
    studio.queue.pause(ids[1]!, 'by the test');
    await until(() => record(ids[1]!).state === 'paused', 'it is paused');
    const at = lastStep(ids[1]!);
    expect(at).toBeLessThan(1500);
    await until(
      () => record(ids[0]!).state === 'completed' && record(ids[2]!).state === 'completed',
      'the others end',
    );
    expect(states(ids)).toEqual(['completed', 'paused', 'completed']);
    studio.queue.resume(ids[1]!);
    await studio.queue.idle();
    expect(states(ids)).toEqual(Array(3).fill('completed'));
    // Of three seconds' worth until the pause, two then, and one alone at last.
    const [first, paused, third] = sharers(ids);
    for (const shared of [first, third]) expect(shared).toBeGreaterThan(2);
    for (const shared of [first, paused, third]) expect(shared).toBeLessThan(3);
    expect(paused).toBeGreaterThan(1);
    expect(ids.map((id) => numbers(remains(studio, id)))).toEqual((await longAlone()).map(numbers));
  });

  it('is stopped, and resumed by itself', async () => {
    const ids = await start(studio, long);
    await until(() => ids.every((id) => lastStep(id) > 0), 'they train');
    studio.queue.stop(ids[0]!, 'by the test');
    await until(() => record(ids[0]!).state === 'stopped', 'it is stopped');
    expect(record(ids[0]!)).toMatchObject({ reason: 'by the test' });
    expect(states(ids.slice(1))).toEqual(['running', 'running']);
    const [fork] = await start(studio, { from: ids[0]!, backend: 'wasm' });
    studio.queue.add([record(ids[0]!)]);
    await studio.queue.idle();
    expect(states(ids)).toEqual(Array(3).fill('completed'));
    // Alone since then, a fork too: its parent's seconds are among its own.
    for (const shared of sharers([ids[0]!, fork!])) {
      expect(shared).toBeGreaterThan(1);
      expect(shared).toBeLessThan(3);
    }
    expect(ids.map((id) => numbers(remains(studio, id)))).toEqual((await longAlone()).map(numbers));
  });

  it('fails, as the store refuses what it sends: the others go on', async () => {
    const ids = await start(studio, long);
    await until(() => ids.every((id) => lastStep(id) > 0), 'they train');
    const commit = studio.store.commit.bind(studio.store);
    vi.spyOn(studio.store, 'commit').mockImplementation((batches) => {
      if (batches.some(({ runId }) => runId === ids[1]))
        throw new AppError('validation', 'refused by the test');
      commit(batches);
    });
    await studio.queue.idle();
    expect(states(ids)).toEqual(['completed', 'failed', 'completed']);
    expect(record(ids[1]!).reason).toBe('refused by the test');
    expect(startFresh).toHaveBeenCalledTimes(1);
  });
});

describe('a trainer of three runs', () => {
  it('that is killed costs them what it costs any run: all go on from their last checkpoints, to the same numbers', async () => {
    const ids = await start(studio, long);
    await until(() => ids.every((id) => lastStep(id) > 300), 'they train');
    process.kill(trainerPids()[0]!, 'SIGKILL');
    await studio.queue.idle();
    expect(states(ids)).toEqual(Array(3).fill('interrupted'));
    expect(record(ids[0]!).reason).toMatch(/the trainer process died \(SIGKILL\)/);
    studio.queue.add(ids.map(record));
    await studio.queue.idle();
    expect(states(ids)).toEqual(Array(3).fill('completed'));
    const found = ids.map((id) => numbers(remains(studio, id)));
    expect(found).toEqual((await longAlone()).map(numbers));
  });

  it('whose studio is closed leaves each with a checkpoint, from which the next studio goes on', async () => {
    const ids = await start(studio, long);
    await until(() => ids.every((id) => lastStep(id) > 100), 'they train');
    const { dataDir } = studio;
    await studio.close();
    studio = createStudio({ dataDir, program: 'test', concurrency: 1 });
    expect(states(ids)).toEqual(Array(3).fill('interrupted'));
    expect(ids.every((id) => record(id).step > 0)).toBe(true);
    studio.queue.add(ids.map(record));
    await studio.queue.idle();
    const found = ids.map((id) => numbers(remains(studio, id)));
    expect(found).toEqual((await longAlone()).map(numbers));
  });
});
