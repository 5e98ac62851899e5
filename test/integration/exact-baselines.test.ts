/** Exact baselines in processes of their own: progress, results kept with a comparison, cancelling, killing, two at once. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { experimentRequestSchema } from '../../src/shared/experiment.ts';
import type { Solution, SolveProgress } from '../../src/shared/solution.ts';
import { generateCats } from '../../src/engine/auctions/buyers/cats-generator.ts';
import { writeCats } from '../../src/engine/auctions/buyers/cats-write.ts';
import { rootKey } from '../../src/engine/random/key.ts';
import { resolveExperiment } from '../../src/studio/catalog.ts';
import { ask } from '../../src/studio/jobs/ask.ts';
import { openStore } from '../../src/studio/store/open.ts';
import { createStudio, STORE_FILE, type Studio } from '../../src/studio/studio.ts';
import { startCli, trainersOf } from '../support/cli.ts';
import { cli } from '../support/command-host/command-host.ts';

let folder: string;
let studio: Studio;
let comparison: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gumbel-exact-'));
  studio = createStudio({ dataDir: join(folder, 'data'), program: 'test' });
  const prepared = await studio.prepare({
    problem: 'menu-auction',
    config: {
      steps: 20,
      evaluateEvery: 20,
      options: 8,
      valuations: { kind: 'additive', bidders: 400 },
    },
    settings: {},
    estimators: ['softmax'],
    seeds: [1],
    backend: 'wasm',
  });
  comparison = studio.start(prepared, 'exact').comparison.id;
  await studio.queue.idle();
});

afterAll(async () => {
  await studio.close();
  rmSync(folder, { recursive: true, force: true });
});

const lottery = (over: Record<string, unknown>) => ({
  ...{ comparison, solver: 'lottery-menu' },
  settings: { timeLimit: 300, ...over },
});
const deterministic = (over: Record<string, unknown>) => ({
  ...lottery(over),
  solver: 'deterministic-menu',
});

/** Takes minutes: whoever waits for its end has lost. */
const endless = () => deterministic({ bidders: 200, timeLimit: 3000 });

describe('an exact baseline of a comparison', () => {
  it('is kept with it, one a method and split, also when two are computed at once', async () => {
    await Promise.all([studio.solve(lottery({ bidders: 30 })), studio.solve(deterministic({ bidders: 12 }))]);
    const { solution, details } = await studio.solve(lottery({ bidders: 40 }));
    const kept = studio.store.comparison(comparison)!.exact;
    expect(kept.map(({ solver, settings }) => `${solver} ${String(settings['bidders'])}`).sort()).toEqual([
      'deterministic-menu 12',
      'lottery-menu 40',
    ]);
    expect(kept).toContainEqual(solution);
    expect(solution).toMatchObject({ status: 'optimal', of: '40 of 240 training buyers' });
    expect(details).toMatchObject({ split: 'train', available: 240 });
    expect(solution.value).toBeLessThanOrEqual(solution.bound!);
    expect(solution.lines.find(({ split }) => split === 'test')!.value).toBeGreaterThan(0);
  });

  it('of the test buyers is more than the trained menu and every cheap baseline earn from them', async () => {
    const { solution, details } = await studio.solve(lottery({ split: 'test' }));
    expect(solution.status).toBe('optimal');
    expect(details).toMatchObject({ bidders: 80, available: 80 });
    const bound = solution.bound!;
    const [run] = studio.store.runs({ comparison });
    expect(bound).toBeGreaterThanOrEqual(run!.metrics['hardTestRevenue']!);
    // Whatever is a menu; the surplus is none.
    const { surplus, ...menus } = studio.store.comparison(comparison)!.baselines!;
    // What has a dot in its name is of other splits.
    const onTest = Object.entries(menus).filter(([name]) => !name.includes('.'));
    expect(onTest.length).toBeGreaterThan(2);
    for (const [, revenue] of onTest) expect(revenue).toBeLessThanOrEqual(bound + 1e-9);
    expect(bound).toBeLessThan(surplus!);
  });

  it('cancelled: its process is gone, and nothing is kept', async () => {
    const before = studio.store.comparison(comparison)!.exact;
    const abort = new AbortController();
    const reports: SolveProgress[] = [];
    const work = studio.solve(endless(), {
      signal: abort.signal,
      onProgress: (progress) => {
        reports.push(progress);
        abort.abort();
      },
    });
    await expect(work).rejects.toMatchObject({ kind: 'cancelled' });
    expect(reports[0]).toMatchObject({ limit: 3000 });
    expect(studio.store.comparison(comparison)!.exact).toEqual(before);
  });

  it('whose process is killed fails with the reason, and the studio goes on', async () => {
    const work = studio.solve(endless(), {
      onProgress: () => {
        for (const pid of trainersOf(process.pid)) process.kill(pid, 'SIGKILL');
      },
    });
    await expect(work).rejects.toMatchObject({
      kind: 'external',
      message: expect.stringMatching(/ended without an answer \(SIGKILL\)/) as string,
    });
    expect((await studio.solve(lottery({ bidders: 5 }))).solution.status).toBe('optimal');
  });

  it('of a comparison that is not there is refused', async () => {
    await expect(studio.solve({ ...lottery({}), comparison: 'nobody' })).rejects.toMatchObject({
      kind: 'not-found',
    });
  });

  it('ends with the studio', async () => {
    const other = createStudio({ dataDir: join(folder, 'other'), program: 'test' });
    const { comparison: record, run } = {
      comparison: studio.store.comparison(comparison)!,
      run: studio.store.runs({ comparison })[0]!,
    };
    other.store.insertRun(run, record, {});
    expect(other.store.comparison(comparison)!.exact).toEqual(record.exact);
    const work = other.solve(endless());
    const refused = expect(work).rejects.toMatchObject({ kind: 'cancelled' });
    await other.close();
    await refused;
  });
});

it('time is up: the bound is there, and the best menu so far', async () => {
  const config = { valuations: { kind: 'additive', bidders: 2000 }, items: 3 };
  const { solution, details } = await ask('solve', {
    ...{ problem: 'menu-auction', config, solver: 'lottery-menu' },
    settings: { bidders: 600, timeLimit: 1 },
  });
  expect(solution.status).toBe('time-limit');
  expect(solution.value).toBeLessThan(solution.bound!);
  expect(details['menu']).toHaveLength(details['options'] as number);
});

it('a problem without that solver says so', async () => {
  const nothing = { config: {}, settings: {}, solver: 'lottery-menu' };
  await expect(ask('solve', { ...nothing, problem: 'toy-bernoulli' })).rejects.toThrow(
    /toy-bernoulli has no solvers/,
  );
  await expect(
    ask('solve', { ...nothing, problem: 'menu-auction', solver: 'lottery-menus' }),
  ).rejects.toThrow(/did you mean "lottery-menu"/);
});

describe('of variants with different data', () => {
  const dataDir = () => join(folder, 'variants');
  let id: string;
  const solveFor = (...options: string[]) =>
    cli([
      ...['solve', 'lottery-menu', '--comparison', id, '--with', 'bidders=8', '--json'],
      ...[...options, '--data-dir', dataDir()],
    ]);

  beforeAll(() => {
    const request = experimentRequestSchema.parse({
      problem: 'menu-auction',
      config: { valuations: { kind: 'additive', bidders: 100 } },
      estimators: ['softmax'],
      backend: 'wasm',
    });
    const [spec] = resolveExperiment(request, (path) => path).runs;
    const more = { kind: 'additive', bidders: 200 };
    const runs = [
      ['few', {}],
      ['slow', { learningRate: 0.001 }],
      ['many', { valuations: more }],
    ] as const;
    mkdirSync(dataDir());
    const store = openStore(join(dataDir(), STORE_FILE));
    id = store.createComparison({
      ...{ name: 'variants', problem: 'menu-auction', preset: null, backend: 'wasm' },
      runs: runs.map(([variant, own]) => ({
        ...{ variant, steps: 10 },
        spec: { ...spec!, backend: 'wasm', config: { ...spec!.config, ...own } },
      })),
    }).comparison.id;
    store.close();
  });

  it('one variant is named, and the result is of those that share its data', async () => {
    const refused = await solveFor();
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/have different data.*name a variant: few, slow, many/);
    expect((await solveFor('--variant', 'none')).stderr).toMatch(/no variant none; .* few, slow, many/);
    for (const variant of ['few', 'many', 'slow']) {
      const { code, stdout } = await solveFor('--variant', variant);
      const available = variant === 'many' ? 120 : 60;
      expect([code, JSON.parse(stdout)]).toMatchObject([0, { status: 'optimal', bidders: 8, available }]);
    }
    const { stdout } = await cli(['show', id, '--json', '--data-dir', dataDir()]);
    const { exact } = JSON.parse(stdout) as { exact: readonly Solution[] };
    expect(exact.map(({ variants, of }) => [variants, of])).toEqual([
      [['few', 'slow'], '8 of 60 training buyers'],
      [['many'], '8 of 120 training buyers'],
    ]);
  });

  it('is refused without a comparison', async () => {
    const { code, stderr } = await cli(['solve', 'lottery-menu', '--preset', 'smoke', '--variant', 'few']);
    expect([code, /only a comparison has variants/.test(stderr)]).toEqual([2, true]);
  });
});

describe('on the command line', () => {
  it('winner: the same optimum by each method, as JSON', async () => {
    const file = join(folder, 'auction.txt');
    writeFileSync(file, writeCats(generateCats('regions-upv', 9, 60, rootKey(4)), ['nine goods']));
    const values = [];
    for (const method of ['mip', 'branch-and-bound', 'dynamic-programming']) {
      const { code, stdout } = await cli(['winner', file, '--method', method, '--json']);
      expect(code).toBe(0);
      const answer = JSON.parse(stdout) as { status: string; value: number; goods: number };
      expect(answer).toMatchObject({ status: 'optimal', goods: 9 });
      values.push(answer.value);
    }
    expect(values[1]).toBeCloseTo(values[0]!, 6);
    expect(values[2]).toBeCloseTo(values[0]!, 6);
  });

  it('Ctrl-C says what was found until then, and leaves no process behind', async () => {
    const file = join(folder, 'large.txt');
    writeFileSync(file, writeCats(generateCats('arbitrary-upv', 100, 800, rootKey(4)), []));
    const { child, said, result } = startCli(['winner', file, '--time-limit', '3000', '--json']);
    await said(/of 3000 s: value .*, bound \d/);
    child.kill('SIGINT');
    const { code, stdout } = await result;
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'cancelled', bound: expect.any(Number) as number });
    expect(trainersOf(child.pid!)).toEqual([]);
  });

  it('baseline: of a config, and refusals in one sentence', async () => {
    const buyers = ['--set', 'valuations.kind=unit-demand', '--set', 'valuations.bidders=100'];
    const { code, stdout } = await cli(['baseline', 'lottery-menu', ...buyers, '--bidders', '20', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'optimal', bidders: 20, available: 60 });
    const both = await cli(['baseline', 'lottery-menu', '--comparison', comparison, '--preset', 'demo']);
    expect(both).toMatchObject({ code: 2 });
    expect(both.stderr).toMatch(/its data are those of its own config/);
    const folderAnswer = await cli(['winner', folder]);
    expect(folderAnswer.code).toBe(2);
  });
});
