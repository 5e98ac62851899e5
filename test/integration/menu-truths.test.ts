/** What trained menus earn, against exact optima (truths T1) and against the claims of the presets. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { findEstimator, parseSettings } from '../../src/engine/estimators/registry.ts';
import { findProblem, parseConfig } from '../../src/engine/problems/registry.ts';
import { train } from '../../src/engine/training/train.ts';
import type { TrainingHost } from '../../src/engine/training/training-host.ts';
import { useTestBackend } from '../support/use-backend.ts';

const menu = findProblem('menu-auction');
const samples = fileURLToPath(new URL('../../resources/bidders/', import.meta.url));

type Point = Readonly<Record<string, number>>;

function hostInto(points: Point[]): TrainingHost {
  return {
    async listFiles(path) {
      const folder = path.replace('sample:', samples);
      return (await readdir(folder)).sort().map((file) => join(folder, file));
    },
    readText: (path) => readFile(path, 'utf8'),
    readBytes: () => Promise.resolve(new Uint8Array()),
    sha256: () => '',
    log: () => undefined,
    now: () => performance.now(),
    breathe: () => Promise.resolve(),
    emit: (_step, values) => points.push(values),
    progress: () => undefined,
    checkpointDue: () => false,
    saveCheckpoint: () => Promise.resolve(),
    readEvery: 1,
  };
}

async function trained(raw: unknown, id: string, seed = 1) {
  const points: Point[] = [];
  const host = hostInto(points);
  const config = parseConfig(menu, raw);
  const data = await menu.load(config, host);
  const estimator = findEstimator(id);
  const job = { problem: menu, config, data, estimator, settings: parseSettings(estimator, {}), seed };
  const { loop } = await train(job, host, undefined);
  const relaxed = points.flatMap(({ relaxedRevenue }) =>
    relaxedRevenue === undefined ? [] : [relaxedRevenue],
  );
  return {
    last: loop.last,
    baselines: async () => (await menu.computeBaselines(config, data, host)) as Record<string, number>,
    relaxed,
  };
}

const preset = (id: string) => menu.presets.find((candidate) => candidate.id === id)!;

beforeAll(() => useTestBackend('wasm'));

describe('learned menus of 50 options reach the exact optimum and never beat it', () => {
  const TEST_BUYERS = 100_000;
  // Bhatia and Davis: payments between 0 and `highest` of mean m have variance m (highest - m) at most.
  it.each([
    { kind: 'additive', exact: 0.549201, highest: 0.9 },
    { kind: 'unit-demand', exact: 0.3849002, highest: 0.62 },
  ])('$kind, 2 items U[0, 1]: $exact', async ({ kind, exact, highest }) => {
    const config = {
      items: 2,
      options: 50,
      steps: 2000,
      evaluateEvery: 1000,
      valuations: { kind, bidders: 2 * TEST_BUYERS },
      split: { validation: 0.05, test: 0.5 },
    };
    const standardError = Math.sqrt((exact * (highest - exact)) / TEST_BUYERS);
    for (const id of ['st-gumbel-softmax', 'softmax']) {
      const { last } = await trained(config, id);
      expect(last['hardTestRevenue']).toBeGreaterThan(0.99 * exact);
      expect(last['hardTestRevenue']).toBeLessThan(exact + 3 * standardError);
      expect(last['irViolations']).toBe(0);
    }
  });
});

describe('the collapse preset', () => {
  it('softmax: relaxed revenue rises above the full surplus, hard revenue is 0', async () => {
    const { last, baselines, relaxed } = await trained(preset('collapse').config, 'softmax');
    expect(last['relaxedRevenue']).toBeGreaterThan((await baselines())['surplus']!);
    expect(last['relaxedRevenue']).toBeGreaterThan(1.5 * relaxed[0]!);
    expect(last['hardTestRevenue']).toBeLessThan(0.01);
    expect(last['hardTrainRevenue']).toBeLessThan(0.01);
  });

  it('straight-through Gumbel-Softmax: the two agree, above half of the best bundle price', async () => {
    const { last, baselines } = await trained(preset('collapse').config, 'st-gumbel-softmax');
    expect(Math.abs(last['gap']!)).toBeLessThan(0.03);
    expect(last['hardTestRevenue']).toBeGreaterThan(0.5 * (await baselines())['bundlePrice']!);
  });

  it('at temperature 0.02 softmax is fine', async () => {
    const { last, baselines } = await trained({ ...preset('collapse').config, temperature: 0.02 }, 'softmax');
    expect(last['hardTestRevenue']).toBeGreaterThan(0.95 * (await baselines())['bundlePrice']!);
  });
});

it('a menu for the sample bidders beats the best bundle price by far, and item prices beat the menu', async () => {
  const { last, baselines } = await trained(preset('demo').config, 'st-gumbel-softmax');
  const { bundlePrice, itemPrices, surplus } = await baselines();
  expect(last['hardTestRevenue']).toBeGreaterThan(1.3 * bundlePrice!);
  expect(last['hardTestRevenue']).toBeLessThan(itemPrices!);
  expect(itemPrices).toBeLessThan(surplus!);
});
