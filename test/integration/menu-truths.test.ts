/** What trained menus earn, against exact optima (truths T1) and against the claims of the presets. */
import { beforeAll, describe, expect, it } from 'vitest';
import { findProblem } from '../../src/engine/problems/registry.ts';
import { exactRevenues } from '../support/auctions/exact-revenues.ts';
import { trainMenu } from '../support/auctions/train-menu.ts';
import { useTestBackend } from '../support/use-backend.ts';

const menu = findProblem('menu-auction');
const preset = (id: string) => menu.presets.find((candidate) => candidate.id === id)!;

beforeAll(() => useTestBackend('wasm'));

// Of test buyers that cover the law of the values evenly revenues are integrals, with errors of 0.05 % (two items) and 0.15 %
// (three). As many drawn ones would scatter by 0.4 %: they could not tell a menu above the optimum from one at it.
const TEST_BUYERS = 30_000;
const ABOVE = 1.002;
const drawn = { bidders: 40_000 };
const split = { validation: 0.05, test: 0.01 };

describe('learned menus of 50 options reach the exact optimum and never beat it', () => {
  // 0.3 % below it, by seeds 1 and 2.
  it.each([
    { kind: 'additive', exact: 0.549201 },
    { kind: 'unit-demand', exact: 0.3849002 },
  ])('$kind, 2 items U[0, 1]: $exact', async ({ kind, exact }) => {
    const valuations = { kind, ...drawn };
    const config = { items: 2, options: 50, steps: 700, evaluateEvery: 700, valuations, split };
    for (const id of ['st-gumbel-softmax', 'softmax']) {
      const { last } = await trainMenu(config, id, { evenTestBuyers: TEST_BUYERS });
      expect(last['hardTestRevenue']).toBeGreaterThan(0.99 * exact);
      expect(last['hardTestRevenue']).toBeLessThan(ABOVE * exact);
      expect(last['testIrViolations']).toBe(0);
    }
  });
});

describe("RochetNet's presets come near the exact optimum in part of their steps, and not above it", () => {
  // Seeds 1 to 4 miss it by 0.3 % at most, 0.4 % with three items. All steps, and the others with known optima:
  // npm run bench:auctions.
  it.each([
    ['rochet-additive-2', 1000, 0.995],
    ['rochet-additive-wide', 2000, 0.995],
    ['rochet-additive-triangle', 1000, 0.995],
    ['rochet-unit-demand-2', 1000, 0.995],
    ['rochet-unit-demand-23', 1000, 0.995],
    ['rochet-additive-3', 1200, 0.99],
  ])('%s, %i steps: %f of it at least', async (id, steps, share) => {
    const exact = exactRevenues[id]!;
    const { config } = preset(id);
    const valuations = { ...(config['valuations'] as object), ...drawn };
    const { last } = await trainMenu(
      { ...config, steps, evaluateEvery: steps, valuations, split },
      'softmax',
      { evenTestBuyers: TEST_BUYERS },
    );
    expect(last['hardTestRevenue']).toBeGreaterThan(share * exact);
    expect(last['hardTestRevenue']).toBeLessThan(ABOVE * exact);
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
  const { last, baselines } = await trainMenu(
    { ...preset('demo').config, steps: 300, evaluateEvery: 300 },
    'st-gumbel-softmax',
  );
  const { bundlePrice, itemPrices, surplus } = await baselines();
  expect(last['hardTestRevenue']).toBeGreaterThan(1.3 * bundlePrice!);
  expect(last['hardTestRevenue']).toBeLessThan(itemPrices!);
  expect(itemPrices).toBeLessThan(surplus!);
});
