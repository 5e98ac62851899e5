/** What trained menus earn, against exact optima (truths T1) and against the claims of the presets. */
import { beforeAll, describe, expect, it } from 'vitest';
import { findProblem } from '../../src/engine/problems/registry.ts';
import { exactRevenues } from '../support/auctions/exact-revenues.ts';
import { trainMenu } from '../support/auctions/train-menu.ts';
import { useTestBackend } from '../support/use-backend.ts';

const menu = findProblem('menu-auction');
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
      const { last } = await trainMenu(config, id);
      expect(last['hardTestRevenue']).toBeGreaterThan(0.99 * exact);
      expect(last['hardTestRevenue']).toBeLessThan(exact + 3 * standardError);
      expect(last['testIrViolations']).toBe(0);
    }
  });
});

describe("RochetNet's presets come near the exact optimum and not above it", () => {
  // The test buyers' revenue scatters by 0.05 to 0.12 % of itself; the presets miss the optimum by 0.2 % at most. The others with
  // known optima: npm run bench:auctions.
  it.each([
    ['rochet-additive-2', 0.995],
    ['rochet-additive-wide', 0.995],
    ['rochet-additive-triangle', 0.995],
    ['rochet-unit-demand-2', 0.995],
    ['rochet-unit-demand-23', 0.995],
    ['rochet-additive-3', 0.99],
  ])('%s: %f of it at least', async (id, share) => {
    const exact = exactRevenues[id]!;
    const { last } = await trainMenu(preset(id).config, 'softmax');
    expect(last['hardTestRevenue']).toBeGreaterThan(share * exact);
    expect(last['hardTestRevenue']).toBeLessThan(exact + 3 * last['testRevenueError']!);
    expect(last).toMatchObject({ dsicViolations: 0, testIrViolations: 0 });
  });
});

describe('the collapse preset', () => {
  it('softmax: relaxed revenue rises above the full surplus, hard revenue is 0', async () => {
    const { last, baselines, relaxed } = await trainMenu(preset('collapse').config, 'softmax');
    expect(last['relaxedRevenue']).toBeGreaterThan((await baselines())['surplus']!);
    expect(last['relaxedRevenue']).toBeGreaterThan(1.5 * relaxed[0]!);
    expect(last['hardTestRevenue']).toBeLessThan(0.01);
    expect(last['hardTrainRevenue']).toBeLessThan(0.01);
    // Nobody buys in the end: what was paid earlier is no final value.
    expect(last['validationSold']).toBe(0);
    expect(last).toMatchObject({ 'validationPricePaid.p50': NaN, 'testPricePaid.p50': NaN });
  });

  it('straight-through Gumbel-Softmax: the two agree, above half of the best bundle price', async () => {
    const { last, baselines } = await trainMenu(preset('collapse').config, 'st-gumbel-softmax');
    expect(Math.abs(last['gap']!)).toBeLessThan(0.03);
    expect(last['hardTestRevenue']).toBeGreaterThan(0.5 * (await baselines())['bundlePrice']!);
  });

  it('at temperature 0.02 softmax is fine', async () => {
    const { last, baselines } = await trainMenu(
      { ...preset('collapse').config, temperature: 0.02 },
      'softmax',
    );
    expect(last['hardTestRevenue']).toBeGreaterThan(0.95 * (await baselines())['bundlePrice']!);
  });
});

it('a menu for the sample bidders beats the best bundle price by far, and item prices beat the menu', async () => {
  const { last, baselines } = await trainMenu(preset('demo').config, 'st-gumbel-softmax');
  const { bundlePrice, itemPrices, surplus } = await baselines();
  expect(last['hardTestRevenue']).toBeGreaterThan(1.3 * bundlePrice!);
  expect(last['hardTestRevenue']).toBeLessThan(itemPrices!);
  expect(itemPrices).toBeLessThan(surplus!);
});
