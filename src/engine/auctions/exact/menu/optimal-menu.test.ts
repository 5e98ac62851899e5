import { describe, expect, it } from 'vitest';
import { draws, type Draws } from '../../../random/draws.ts';
import { fold, rootKey } from '../../../random/key.ts';
import { bestPostedPrice } from '../../baselines/posted-price.ts';
import { randomXorBidders } from '../../buyers/auction-data.ts';
import { bundleValue, grandValue, xorBidders, type Bidders } from '../../buyers/bidders.ts';
import { evaluateMenu } from '../../menus/hard-evaluation.ts';
import { choose } from '../../menus/menu.ts';
import { SolveWatch } from '../watch.ts';
import { bundlePriced } from './optimal-menu.ts';
import { buyerTypes } from './buyer-types.ts';
import { IncentiveRows } from './incentive-rows.ts';
import { optimalMenu } from './optimal-menu.ts';
import { optionsOf } from './option-list.ts';
import { postedMenu } from './posted-menu.ts';

const host = { now: () => performance.now(), breathe: () => Promise.resolve() };
/** Prices are lowered by one part in a million. */
const DIGITS = 4;

async function solved(bidders: Bidders, deterministic: boolean, limit = 300) {
  const buyers = Int32Array.from({ length: bidders.count }, (_, n) => n);
  const types = await buyerTypes(bidders, buyers, host.breathe);
  const { status, options, bound } = await optimalMenu(
    types,
    deterministic,
    new SolveWatch(host, limit, () => undefined),
  );
  const menu = postedMenu(bidders, types, options);
  const { revenue, irViolations } = evaluateMenu(bidders, buyers, menu);
  expect(irViolations).toBe(0);
  return { status, menu, buyers, revenue, bound: bound * types.scale };
}

/** Sum of the payments, proved. */
async function total(bidders: Bidders, deterministic: boolean): Promise<number> {
  const { status, revenue, bound } = await solved(bidders, deterministic);
  expect(status).toBe('optimal');
  expect(revenue).toBeCloseTo(bound, DIGITS);
  return bound * bidders.count;
}

function unitDemand(values: readonly (readonly number[])[]): Bidders {
  const items = values[0]!.length;
  return { kind: 'unit-demand', items, count: values.length, values: Float32Array.from(values.flat()) };
}

function additive(values: readonly (readonly number[])[]): Bidders {
  return { ...unitDemand(values), kind: 'additive' } as Bidders;
}

function uniformAdditive(count: number, items: number, random: Draws): Bidders {
  return additive(Array.from({ length: count }, () => Array.from({ length: items }, () => random.uniform())));
}

function grid(n: number, offset: number): Bidders {
  const points = Array.from({ length: n }, (_, i) => (i + offset) / n);
  return additive(points.flatMap((a) => points.map((b) => [a, b])));
}

describe('optimal menus solved by hand', () => {
  it('one buyer pays everything', async () => {
    expect(await total(additive([[2, 3]]), true)).toBeCloseTo(5, DIGITS);
  });

  it('one item: the best posted price, and no lottery is better (Myerson)', async () => {
    const bidders = additive([[1], [2], [3], [4], [10]]);
    // 10 for one buyer; 3 for three of them would be 9.
    expect(await total(bidders, true)).toBeCloseTo(10, DIGITS);
    expect(await total(bidders, false)).toBeCloseTo(10, DIGITS);
  });

  it('three unit-demand buyers: a lottery takes all they have, a deterministic menu does not', async () => {
    // (2,2), (0,3), (4,0). Half a chance of each item at 2 is for the first; the others would keep 1.5 - 2 and 2 - 2 of it, and
    // pay 3 and 4 for theirs: 9, the full surplus. A single item that the first buys for 2 is 2 for everyone: 8 at best.
    const bidders = unitDemand([
      [2, 2],
      [0, 3],
      [4, 0],
    ]);
    expect(await total(bidders, false)).toBeCloseTo(9, DIGITS);
    expect(await total(bidders, true)).toBeCloseTo(8, DIGITS);
  });

  it('XOR buyers who want different bundles pay for them in full', async () => {
    const bidders = xorBidders(3, [
      [{ items: [0], value: 3 }],
      [{ items: [1, 2], value: 5 }],
      [
        { items: [0], value: 1 },
        { items: [0, 1, 2], value: 9 },
      ],
    ]);
    expect(await total(bidders, true)).toBeCloseTo(3 + 5 + 9, DIGITS);
  });
});

/**
 * Largest sum of payments over all ways to give each buyer one of its bundles or nothing. What buyers keep is the longest path
 * in the graph of envy, by Bellman and Ford; a cycle that gains has no prices.
 */
function bruteForce(bidders: Bidders, bundles: readonly (readonly number[])[]): number {
  const { count } = bidders;
  const value = (n: number, bundle: number) => bundleValue(bidders, n, Uint32Array.of(bundle), 0);
  const given = new Array<number>(count).fill(0);
  let best = 0;
  const judge = () => {
    const kept = new Float64Array(count);
    for (let round = 0; round <= count; round++) {
      let changed = false;
      for (let n = 0; n < count; n++)
        for (let k = 0; k < count; k++) {
          const envy = kept[k]! + value(n, given[k]!) - value(k, given[k]!);
          if (envy > kept[n]! + 1e-12) {
            kept[n] = envy;
            changed = true;
          }
        }
      if (!changed) break;
      if (round === count) return;
    }
    best = Math.max(
      best,
      given.reduce((sum, bundle, n) => sum + value(n, bundle) - kept[n]!, 0),
    );
  };
  const assign = (n: number) => {
    if (n === count) {
      judge();
      return;
    }
    for (const bundle of [0, ...bundles[n]!]) {
      given[n] = bundle;
      assign(n + 1);
    }
  };
  assign(0);
  return best;
}

describe('against every allocation, one by one', () => {
  const seeds = Array.from({ length: 8 }, (_, i) => i);

  it.each(seeds)('additive buyers of two items, seed %i', async (seed) => {
    const bidders = uniformAdditive(5, 2, draws(fold(rootKey(seed), 'additive')));
    const exact = bruteForce(
      bidders,
      Array.from({ length: 5 }, () => [1, 2, 3]),
    );
    expect(await total(bidders, true)).toBeCloseTo(exact, DIGITS);
    expect(await total(bidders, false)).toBeGreaterThan(exact - 1e-6);
  });

  it.each(seeds)('XOR buyers of four items, seed %i', async (seed) => {
    const bidders = randomXorBidders(4, 3, 5, fold(rootKey(seed), 'xor'));
    // All bundles: that a buyer's own atoms are enough is part of what is tested.
    const all = Array.from({ length: 15 }, (_, i) => i + 1);
    const exact = bruteForce(
      { ...bidders, count: 3 },
      Array.from({ length: 3 }, () => all),
    );
    const three = { ...bidders, count: 3, starts: bidders.starts.slice(0, 4) };
    expect(await total(three, true)).toBeCloseTo(exact, DIGITS);
    expect(await total(three, false)).toBeGreaterThan(exact - 1e-6);
  });
});

const laws: [string, (random: Draws, seed: number) => Bidders][] = [
  ['additive, 3 items', (random) => uniformAdditive(16, 3, random)],
  [
    'unit-demand, 2 items',
    (random) => ({ ...uniformAdditive(40, 2, random), kind: 'unit-demand' }) as Bidders,
  ],
  ['XOR, 5 items', (_random, seed) => randomXorBidders(5, 3, 40, rootKey(seed))],
];

describe('the bound on a sample', () => {
  it.each(laws)('%s: lottery >= deterministic >= one price for everything', async (_name, law) => {
    const bidders = law(draws(rootKey(11)), 11);
    const [lottery, single] = [await solved(bidders, false), await solved(bidders, true)];
    const grand = Float64Array.from({ length: bidders.count }, (_, n) => grandValue(bidders, n));
    expect(lottery.bound).toBeGreaterThan(single.revenue - 1e-9);
    expect(single.bound).toBeGreaterThan(bestPostedPrice(grand).revenue - 1e-9);
    expect(single.revenue).toBeLessThanOrEqual(single.bound + 1e-9);
    expect(lottery.revenue).toBeLessThanOrEqual(lottery.bound + 1e-9);
  });

  it('holds for 200 random menus of lotteries', async () => {
    const random = draws(rootKey(3));
    const bidders = uniformAdditive(30, 2, random);
    const { bound, buyers } = await solved(bidders, false);
    for (let i = 0; i < 200; i++) {
      const options = 1 + random.integer(6);
      const shares = Float64Array.from({ length: options * 2 }, () => random.uniform());
      const prices = Float64Array.from({ length: options }, () => 1.5 * random.uniform());
      const menu = { options, items: 2, prices, allocation: { kind: 'items' as const, shares } };
      expect(evaluateMenu(bidders, buyers, menu).revenue).toBeLessThanOrEqual(bound + 1e-9);
    }
  });

  it('is there when time is up, with a menu that earns no more', async () => {
    const { status, revenue, bound } = await solved(uniformAdditive(60, 2, draws(rootKey(4))), false, 1e-9);
    expect(status).toBe('time-limit');
    expect(revenue).toBeLessThan(bound);
    expect(revenue).toBeGreaterThan(0);
  });
});

describe('the menu to begin with', () => {
  it.each(laws)('%s: earns what the best bundle price does, whole and feasible', async (_name, law) => {
    const bidders = law(draws(rootKey(12)), 12);
    const buyers = Int32Array.from({ length: bidders.count }, (_, n) => n);
    const types = await buyerTypes(bidders, buyers, host.breathe);
    const x = bundlePriced(types);
    expect(new IncentiveRows(types).violated(x)).toEqual([]);
    const grand = Float64Array.from(buyers, (n) => grandValue(bidders, n));
    const options = optionsOf(types, x.subarray(0, types.count), x.subarray(types.count));
    const { revenue } = evaluateMenu(bidders, buyers, postedMenu(bidders, types, options));
    expect(revenue).toBeCloseTo(bestPostedPrice(grand).revenue, DIGITS);
  });
});

describe('two additive items, uniform on [0, 1]', () => {
  // The optimum is (12 + 2 sqrt 2) / 27. Its menu ({1} or {2} at 2/3, both at (4 - sqrt 2) / 3) takes no less from higher values,
  // so that types rounded up to a grid pay at least as much; and with the grid's own price both sides close in on it.
  const optimum = (12 + 2 * Math.SQRT2) / 27;

  it('is approached from above by types rounded up, from below by types rounded down', async () => {
    const up = [
      await solved(grid(4, 1), false),
      await solved(grid(8, 1), false),
      await solved(grid(12, 1), false),
    ];
    const down = [
      await solved(grid(4, 0), false),
      await solved(grid(8, 0), false),
      await solved(grid(12, 0), false),
    ];
    for (const { bound } of up) expect(bound).toBeGreaterThan(optimum);
    for (const { revenue } of down) expect(revenue).toBeLessThan(optimum);
    expect(up[1]!.bound).toBeLessThan(up[0]!.bound);
    expect(up[2]!.bound).toBeLessThan(up[1]!.bound);
    expect(down[1]!.revenue).toBeGreaterThan(down[0]!.revenue);
    expect(down[2]!.revenue).toBeGreaterThan(down[1]!.revenue);
    // A step of the grid is worth at most 1 / n of each of the two items to a buyer.
    expect(up[2]!.bound - optimum).toBeLessThan(2 / 12);
    expect(optimum - down[2]!.revenue).toBeLessThan(2 / 12);
  });
});

it('the menu gives every buyer what it likes best, and lotteries sum to 1', async () => {
  const bidders = randomXorBidders(5, 3, 30, rootKey(6));
  const { menu, buyers } = await solved(bidders, false);
  expect(menu.allocation.kind).toBe('lotteries');
  if (menu.allocation.kind !== 'lotteries') return;
  const { weights, support } = menu.allocation;
  for (let k = 0; k < menu.options; k++) {
    const row = weights.subarray(k * support, (k + 1) * support);
    expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
  }
  for (const n of buyers) {
    const { payment, value } = choose(bidders, n, menu);
    expect(payment).toBeLessThanOrEqual(value);
  }
});

it('more buyers than memory are refused with a number that fits', async () => {
  const bidders = randomXorBidders(6, 8, 4000, rootKey(1));
  const buyers = Int32Array.from({ length: 4000 }, (_, n) => n);
  await expect(buyerTypes(bidders, buyers, host.breathe)).rejects.toThrow(
    /4000 buyers with 32000 alternatives.*use 1448 or fewer/,
  );
});
