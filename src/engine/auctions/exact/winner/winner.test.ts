import { describe, expect, it } from 'vitest';
import { winnerMethods, type WinnerMethod } from '../../../../shared/menus/winner.ts';
import type { SolveProgress } from '../../../../shared/solution.ts';
import { draws } from '../../../random/draws.ts';
import { fold, rootKey } from '../../../random/key.ts';
import { randomXorBidders } from '../../buyers/auction-data.ts';
import { xorBidders, type Atom, type XorBidders } from '../../buyers/bidders.ts';
import { generateCats } from '../../buyers/cats-generator.ts';
import { SolveWatch } from '../watch.ts';
import { dualPrices } from './branch-and-bound.ts';
import { winnerInstance, type WinnerInstance } from './instance.ts';
import { relaxWinner } from './mip.ts';
import { solveWinner } from './solve-winner.ts';

const host = { now: () => performance.now(), breathe: () => Promise.resolve() };

async function solved(bidders: XorBidders, method: WinnerMethod, limit = 300) {
  const result = await solveWinner(bidders, method, limit, host, () => undefined);
  const sold = result.allocation.flatMap(({ goods }) => goods);
  expect(new Set(sold).size, 'no good is sold twice').toBe(sold.length);
  const winners = result.allocation.map(({ bidder }) => bidder);
  expect(new Set(winners).size, 'no bidder wins twice').toBe(winners.length);
  expect(result.value).toBeCloseTo(
    result.allocation.reduce((sum, { value }) => sum + value, 0),
    9,
  );
  return result;
}

/** The same optimum, proved, by each method. */
async function optimum(bidders: XorBidders): Promise<number> {
  const results = await Promise.all(winnerMethods.map((method) => solved(bidders, method)));
  const [first] = results;
  for (const { status, value, bound } of results) {
    expect(status).toBe('optimal');
    expect(value).toBeCloseTo(first!.value!, 6);
    expect(bound).toBeCloseTo(first!.value!, 6);
  }
  return first!.value!;
}

const atom = (value: number, ...items: number[]): Atom => ({ items, value });

describe('winner determination by hand', () => {
  it('two single goods are worth more than the pair', async () => {
    expect(await optimum(xorBidders(2, [[atom(5, 0, 1)], [atom(3, 0)], [atom(3, 1)]]))).toBe(6);
  });

  it('a bidder gets one of its alternatives only', async () => {
    expect(await optimum(xorBidders(2, [[atom(3, 0), atom(4, 1)], [atom(2, 0)]]))).toBe(6);
    expect(await optimum(xorBidders(2, [[atom(3, 0), atom(4, 1)]]))).toBe(4);
  });

  it('three pairs of three goods: the relaxation takes half of each, and is worth more', async () => {
    const bidders = xorBidders(3, [[atom(2, 0, 1)], [atom(2, 1, 2)], [atom(2, 0, 2)]]);
    expect(await optimum(bidders)).toBe(2);
    expect((await solved(bidders, 'mip')).relaxation).toBeCloseTo(3, 9);
  });
});

/** Every set of bids that go together, one by one. */
function bruteForce({ bids }: WinnerInstance): number {
  const search = (from: number, goods: ReadonlySet<number>, bidders: ReadonlySet<number>): number => {
    let best = 0;
    for (let b = from; b < bids.length; b++) {
      const bid = bids[b]!;
      if (bidders.has(bid.bidder) || bid.goods.some((good) => goods.has(good))) continue;
      const rest = search(b + 1, new Set([...goods, ...bid.goods]), new Set([...bidders, bid.bidder]));
      best = Math.max(best, bid.value + rest);
    }
    return best;
  };
  return search(0, new Set(), new Set());
}

describe('random auctions', () => {
  const seeds = Array.from({ length: 10 }, (_, i) => i);

  it.each(seeds)('all methods agree with brute force, seed %i', async (seed) => {
    const random = draws(fold(rootKey(seed), 'winner'));
    const goods = 3 + random.integer(6);
    const bidders = randomXorBidders(goods, 1 + random.integer(3), 8, fold(rootKey(seed), 'bids'));
    expect(await optimum(bidders)).toBeCloseTo(bruteForce(winnerInstance(bidders)), 9);
  });

  it.each(['arbitrary-npv', 'arbitrary-upv', 'regions-npv', 'regions-upv'] as const)(
    'all methods agree on %s with 12 goods',
    async (distribution) => {
      for (const seed of [1, 2]) await optimum(generateCats(distribution, 12, 100, rootKey(seed)));
    },
  );

  it('an auction with equal bids, where nothing tells them apart', async () => {
    const pairs = Array.from({ length: 7 }, (_, a) => Array.from({ length: a }, (__, b) => [a, b])).flat();
    // Seven goods in pairs: three of them, and one good is left.
    expect(
      await optimum(
        xorBidders(
          7,
          pairs.map((pair) => [atom(1, ...pair)]),
        ),
      ),
    ).toBe(3);
  });
});

describe('what is proved on the way', () => {
  const bidders = generateCats('arbitrary-upv', 30, 150, rootKey(5));

  it.each(['mip', 'branch-and-bound'] as const)(
    '%s without time: a bound, and not less than the value',
    async (method) => {
      const result = await solved(bidders, method, 1e-9);
      expect(result.status).toBe('time-limit');
      if (result.bound !== null) expect(result.bound).toBeGreaterThanOrEqual(result.value!);
    },
  );

  it('bounds fall, values rise, and the optimum is between them', async () => {
    const reports: SolveProgress[] = [];
    let at = 0;
    // A clock that jumps, so that every report is told.
    const clock = { ...host, now: () => (at += 1000) };
    const { value } = await solveWinner(bidders, 'branch-and-bound', 1e6, clock, (progress) =>
      reports.push(progress),
    );
    expect((await solved(bidders, 'mip')).value).toBeCloseTo(value!, 6);
    const values = reports.flatMap((report) => report.value ?? []);
    const bounds = reports.flatMap((report) => report.bound ?? []);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect(bounds).toEqual(bounds.toSorted((a, b) => b - a));
    for (const bound of bounds) expect(bound).toBeGreaterThan(value! - 1e-6);
  });

  it('dual prices bound every bid, also without a solver', async () => {
    const instance = winnerInstance(bidders);
    const { multipliers, value } = await relaxWinner(instance, new SolveWatch(host, 60, () => undefined));
    expect(dualPrices(instance, multipliers).total).toBeCloseTo(value!, 3);
    for (const given of [multipliers, null]) {
      const { goods, bidders: shares, total } = dualPrices(instance, given);
      for (const { bidder, goods: own, value: worth } of instance.bids)
        expect(worth).toBeLessThanOrEqual(
          shares[bidder]! + own.reduce((sum, g) => sum + goods[g]!, 0) + 1e-9,
        );
      expect(total).toBeGreaterThan(value! - 1e-6);
    }
  });
});

describe('dynamic programming', () => {
  it('refuses more goods than it can go through, and says what can', async () => {
    await expect(solved(randomXorBidders(13, 2, 3, rootKey(1)), 'dynamic-programming')).rejects.toThrow(
      /13 goods, and supports at most 12 goods; use mip or branch-and-bound/,
    );
  });

  it('without time has the value so far and a bound over those who were not asked', async () => {
    const bidders = randomXorBidders(6, 2, 20, rootKey(2));
    const { value } = await solved(bidders, 'mip');
    const early = await solved(bidders, 'dynamic-programming', 1e-9);
    expect(early.status).toBe('time-limit');
    expect(early.value).toBeLessThanOrEqual(value!);
    expect(early.bound).toBeGreaterThanOrEqual(value!);
  });
});
