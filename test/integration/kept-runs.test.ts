/**
 * Runs of an earlier studio (test/fixtures/kept-runs) come out as they did then: their files are replayed bit for bit, their data
 * folder opens, and its checkpoints go on. Whatever reorders the engine or the store changes no number.
 */
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addReplayCommand } from '../../src/cli/commands/replay.ts';
import type { StudioClient } from '../../src/shared/contract/contract.ts';
import { checkStore } from '../../src/studio/check-store.ts';
import { compareSeries, type SeriesComparison } from '../../src/studio/files/compare.ts';
import { readFileTensors } from '../../src/studio/files/parameters.ts';
import { readRunFile } from '../../src/studio/files/run-file.ts';
import { createStudioRouter } from '../../src/studio/handlers/router.ts';
import { Backends } from '../../src/studio/jobs/backends.ts';
import type { ReadableStore, Series } from '../../src/studio/store/types.ts';
import { openStore } from '../../src/studio/store/open.ts';
import { createStudio, STORE_FILE, type Studio } from '../../src/studio/studio.ts';
import { lookAtRuns } from '../fixtures/kept-runs/look-at-runs.ts';
import { tempFolder } from '../support/cli.ts';

type SeriesByName = Readonly<Record<string, Series>>;

const KEPT = join(import.meta.dirname, '../fixtures/kept-runs');
const files = readdirSync(join(KEPT, 'files')).map((name) => ({
  name: name.replace(/\.gsrun$/, ''),
  path: join(KEPT, 'files', name),
  ...readRunFile(join(KEPT, 'files', name)),
}));
const kept = (name: string) => files.find((file) => file.name === name)!;
const isFork = ({ run }: (typeof files)[number]) => run.parent !== null;

const folder = tempFolder();
const dataDir = join(folder.path, 'data');
beforeAll(() => {
  // Whoever opens the folder writes to it: the first brings the store to the format of now, and only then can others read.
  cpSync(join(KEPT, 'data'), dataDir, { recursive: true });
  openStore(join(dataDir, STORE_FILE)).close();
});
afterAll(() => folder.remove());

/** What `gumbel-studio replay` says, without a process of its own for the command. */
async function replay(...args: readonly string[]): Promise<SeriesComparison> {
  const program = new Command().option('--data-dir <folder>').option('--json').exitOverride();
  addReplayCommand(program);
  const before = new Map(SIGNALS.map((signal) => [signal, process.listeners(signal)]));
  let said = '';
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    await program.parseAsync(['replay', ...args, '--json'], { from: 'user' });
    return JSON.parse(said) as SeriesComparison;
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
    // The command listens until its process ends, and its exit code would be that of the tests.
    process.exitCode = undefined;
    for (const signal of SIGNALS)
      for (const listener of process.listeners(signal))
        if (!before.get(signal)!.includes(listener)) process.off(signal, listener);
  }
}
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** With the place of the first difference, where there is one. */
function expectSame({ points, firstDifference, missing, extra }: SeriesComparison, expected: number): void {
  expect({ points, firstDifference, missing, extra }).toEqual({ points: expected, missing: [], extra: [] });
}

/** Points of the run's series that a replay must have: all but those that a clock measured. */
function pointsOf(series: SeriesByName): number {
  return Object.entries(series).reduce(
    (sum, [name, { steps }]) => sum + (name === 'seconds' ? 0 : steps.length),
    0,
  );
}

function after(step: number, series: SeriesByName): SeriesByName {
  const cut = Object.entries(series).map(([name, { steps, values }]): [string, Series] => {
    const begin = steps.filter((at) => at <= step).length;
    return [name, { steps: steps.subarray(begin), values: values.subarray(begin) }];
  });
  return Object.fromEntries(cut);
}

function seriesIn(store: ReadableStore, id: string): SeriesByName {
  return Object.fromEntries(store.series(id).map(({ name }) => [name, store.readSeries(id, name)]));
}

describe('a run of an earlier studio is replayed bit for bit', () => {
  // The probe of a backend before each replay would take as long as the replay, which says as well that it does not work.
  beforeAll(() => {
    const usable = { usable: true, preferable: true, detail: '', fix: '', version: '', device: '' };
    vi.spyOn(Backends.prototype, 'choose').mockResolvedValue({ name: 'wasm', ...usable });
  });
  afterAll(() => {
    vi.restoreAllMocks();
  });

  it.each(files.filter((file) => !isFork(file)))('$name', async ({ path, series }) => {
    expectSame(await replay(path), pointsOf(series));
  });

  it.each(files.filter(isFork))('$name, in its data folder', async ({ run, series }) => {
    expectSame(await replay(run.id, '--data-dir', dataDir), pointsOf(series));
  });
});

describe('the data folder of an earlier studio', () => {
  let studio: Studio;
  let client: StudioClient;
  beforeAll(() => {
    studio = createStudio({ dataDir, program: 'test' });
    client = createRouterClient(createStudioRouter(studio), { context: {} });
  });
  afterAll(() => studio.close());

  it('is whole, and lists all of its runs, with tags, notes, names and archived ones', async () => {
    expect(checkStore(dataDir)).toEqual([]);
    const listed = await client.runs.list({});
    const archived = await client.runs.list({ filter: { archived: true } });
    expect([listed.damaged, archived.damaged]).toEqual([[], []]);
    expect(archived.runs.map(({ id }) => id)).toEqual([kept('one-bit-straight-through').run.id]);
    const ids = [...listed.runs, ...archived.runs].map(({ id }) => id);
    expect(ids.sort()).toEqual(files.map(({ run }) => run.id).sort());
    const tags = [...listed.runs, ...archived.runs].flatMap((run) => run.tags);
    expect([...new Set(tags)].sort()).toEqual(['Größe', 'kept']);
    expect(studio.settings.jobs).toBe(2);
    expect((await client.runs.left()).ids).toEqual([kept('left-unfinished-cpu-rebar').run.id]);
  });

  it('knows a problem by the id that it had then', async () => {
    const { run, comparison } = kept('gaussian-cpu-reparam');
    expect([run.spec.problem, comparison.problem]).toEqual(['toy-continuous', 'toy-continuous']);
    for (const problems of [['toy-gaussian'], ['toy-continuous']]) {
      const { runs } = await client.runs.list({ filter: { problems } });
      const found = runs.map(({ id, problem }) => [id, problem]);
      expect(found).toHaveLength(2);
      expect(found).toContainEqual([run.id, 'toy-continuous']);
    }
  });

  it.each(files)('has of $name what the run file has', async ({ run, comparison, series, parameters }) => {
    const { id } = run;
    const stored = await client.runs.get({ id });
    expect(stored).toMatchObject({ run, comparison, damage: [] });
    expect(stored.series.length).toBeGreaterThan(0);
    // Those that a clock measured too.
    const points = pointsOf(series) + series['seconds']!.steps.length;
    expectSame(compareSeries(series, seriesIn(studio.store, id)), points);
    expect(readFileTensors(join(dataDir, 'runs', id))).toEqual(parameters);
  });

  it('has the exact baselines of a comparison', () => {
    const { exact } = kept('menus-reinforce').comparison;
    expect(exact.map(({ solver }) => solver).sort()).toEqual(['deterministic-menu', 'lottery-menu']);
    // Each is a line on every split.
    expect(exact.flatMap(({ lines }) => lines.map(({ split }) => split))).toHaveLength(6);
  });

  it('shows menus, flows and auctions of several bidders as it did', async () => {
    const looks: unknown = JSON.parse(readFileSync(join(KEPT, 'looks.json'), 'utf8'));
    const found = await lookAtRuns(client, {
      menu: kept('menus-st-gumbel-softmax').run.id,
      menuOnFlow: kept('menu-on-a-flow-softmax').run.id,
      flow: kept('flow-softmax').run.id,
      auction: kept('two-bidders-softmax').run.id,
    });
    expect(found).toEqual(looks);
  });

  it('goes on with the unfinished run as its own studio did', async () => {
    const { run } = kept('left-unfinished-cpu-rebar');
    const { series } = kept('fork-as-it-was-rebar');
    await client.runs.resume({ ids: [run.id] });
    await studio.queue.idle();
    expect(studio.store.run(run.id)).toMatchObject({ state: 'completed', step: run.steps });
    const [then, now] = [series, seriesIn(studio.store, run.id)].map((all) => after(run.step, all));
    const verdict = compareSeries(then!, now!, { ignore: ['seconds'] });
    expectSame(verdict, pointsOf(then!));
    expect(verdict.points).toBeGreaterThan(50);
  });

  it('has runs to fork', async () => {
    const { run } = kept('interrupted-resumed-reinforce');
    const request = await client.runs.fork({ id: run.id });
    const prepared = await studio.prepare({
      ...request,
      config: { ...request.config, steps: run.steps + 4 },
      backend: 'wasm',
    });
    const [fork] = studio.start(prepared, 'fork').runs;
    await studio.queue.idle();
    expect(studio.store.run(fork!.id)).toMatchObject({
      state: 'completed',
      step: run.steps + 4,
      parent: { run: run.id, step: run.steps, carried: 'state' },
    });
    const { steps, values } = studio.store.readSeries(fork!.id, 'hardValidationRevenue');
    expect([steps[0], values[0]]).toEqual([run.steps, run.metrics['hardValidationRevenue']]);
  });
});
