import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bundleValue, xorBidders, type Bidders, type ItemBidders } from '../buyers/bidders.ts';
import { everyone, gridBidders, spreadBidders } from '../../../../test/support/auctions/spread-bidders.ts';
import { atItemPrices } from '../baselines/item-prices.ts';
import { postedRevenue } from '../baselines/posted-price.ts';
import { atSizePrices } from '../baselines/size-prices.ts';
import { evaluateMenu, prefersAnother } from './hard-evaluation.ts';
import { choose, type Menu } from './menu.ts';

/** Bundles as bit masks of at most 32 items. */
function menu(items: number, entries: readonly (readonly [bundle: number, price: number])[]): Menu {
  return {
    options: entries.length,
    items,
    prices: Float64Array.from(entries, ([, price]) => price),
    allocation: { kind: 'bundles', bundles: Uint32Array.from(entries, ([bundle]) => bundle) },
  };
}

/** Shares of two items. */
function sharesMenu(entries: readonly (readonly [first: number, second: number, price: number])[]): Menu {
  return {
    options: entries.length,
    items: 2,
    prices: Float64Array.from(entries, ([, , price]) => price),
    allocation: {
      kind: 'items',
      shares: Float64Array.from(entries.flatMap(([first, second]) => [first, second])),
    },
  };
}

const unitSquare = [
  [0, 1],
  [0, 1],
] as const;
/** Price of the coin in Pavlov's menu for unit demand U[2, 3]. */
const COIN = (4 + Math.sqrt(5.5)) / 3;

// Published optima (truths T1). A midpoint grid is wrong only in the cells that a menu's boundaries cut.
const optima: [string, ItemBidders, Menu, number][] = [
  [
    'additive, 2 items U[0,1]: (12 + 2 sqrt 2) / 27',
    gridBidders('additive', unitSquare, 600),
    menu(2, [
      [0b01, 2 / 3],
      [0b10, 2 / 3],
      [0b11, (4 - Math.SQRT2) / 3],
    ]),
    0.549201,
  ],
  [
    'unit-demand, 2 items U[0,1]: 2 / (3 sqrt 3)',
    gridBidders('unit-demand', unitSquare, 600),
    menu(2, [[0b11, 1 / Math.sqrt(3)]]),
    0.3849002,
  ],
  [
    'additive on the triangle: 2 / (3 sqrt 3)',
    gridBidders('additive', unitSquare, 800, ([x, y]) => x! + y! < 1),
    menu(2, [[0b11, 1 / Math.sqrt(3)]]),
    0.3849002,
  ],
  [
    'additive, U[4,16] and U[4,7]: 88 / 9',
    gridBidders(
      'additive',
      [
        [4, 16],
        [4, 7],
      ],
      1200,
    ),
    sharesMenu([
      [0.5, 1, 8],
      [1, 1, 12],
    ]),
    88 / 9,
  ],
  [
    'unit-demand, 2 items U[2,3]',
    gridBidders(
      'unit-demand',
      [
        [2, 3],
        [2, 3],
      ],
      1000,
    ),
    sharesMenu([
      [0.5, 0.5, COIN],
      [1, 0, COIN + 1 / 6],
      [0, 1, COIN + 1 / 6],
    ]),
    2.1331323,
  ],
  [
    'additive, 10 items U[0,1], bundle only',
    spreadBidders('additive', 10, 2 ** 16),
    menu(10, [[0b1111111111, 3.92916]]),
    3.448312,
  ],
  [
    'additive, 3 items U[0,1], straight-jacket auction',
    spreadBidders('additive', 3, 100_000),
    menu(
      3,
      [1, 2, 3, 4, 5, 6, 7].map((bundle) => [
        bundle,
        [0, 0.75, (6 - Math.SQRT2) / 4, 1.2257][popcount(bundle)]!,
      ]),
    ),
    0.87546,
  ],
  [
    'additive, 2 items U[0,1], bundle only',
    gridBidders('additive', unitSquare, 600),
    menu(2, [[0b11, Math.sqrt(2 / 3)]]),
    0.54433,
  ],
];

function popcount(bundle: number): number {
  return bundle.toString(2).replaceAll('0', '').length;
}

/** Buyers who would rather have something else than what they are assigned. */
function dsicViolations(
  bidders: Bidders,
  posted: Menu,
  assigned = (n: number) => choose(bidders, n, posted).option,
): number {
  return everyone(bidders).filter((n) => prefersAnother(bidders, n, posted, assigned(n))).length;
}

describe('evaluateMenu', () => {
  it.each(optima)('earns the published optimum: %s', (_name, bidders, posted, exact) => {
    expect(Math.abs(evaluateMenu(bidders, everyone(bidders), posted).revenue - exact)).toBeLessThan(1e-3);
  });

  it('a straight-jacket auction sells nothing to one buyer in m + 1', () => {
    const [, two, twoMenu] = optima[0]!;
    const [, three, threeMenu] = optima.find(([name]) => name.includes('3 items'))!;
    expect(evaluateMenu(two, everyone(two), twoMenu).sold).toBeCloseTo(2 / 3, 2);
    expect(evaluateMenu(three, everyone(three), threeMenu).sold).toBeCloseTo(3 / 4, 2);
  });

  const entry = fc.tuple(fc.nat(15), fc.nat(12));
  const buyers = fc.array(
    fc.array(fc.tuple(fc.integer({ min: 1, max: 15 }), fc.nat(12)), { minLength: 1, maxLength: 4 }),
    {
      minLength: 1,
      maxLength: 8,
    },
  );

  it('is the choice of the definition: IC, IR, and the seller favoured in ties', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 8 }), buyers, (entries, drawn) => {
        const atoms = drawn.map((own) =>
          own.map(([bundle, value]) => ({ items: [0, 1, 2, 3].filter((j) => (bundle >> j) & 1), value })),
        );
        const bidders = xorBidders(4, atoms);
        const posted = menu(4, entries);
        let revenue = 0;
        let welfare = 0;
        const used = new Set<number>();
        for (let n = 0; n < bidders.count; n++) {
          const offers = entries.map(([bundle, price]) => {
            const value = bundleValue(bidders, n, Uint32Array.of(bundle), 0);
            return { value, price, utility: value - price };
          });
          const best = Math.max(0, ...offers.map(({ utility }) => utility));
          const payment = Math.max(
            0,
            ...offers.filter(({ utility }) => utility === best).map(({ price }) => price),
          );
          const bought = choose(bidders, n, posted);
          expect(bought.payment).toBe(payment);
          expect(bought.value - bought.payment).toBe(best);
          if (bought.option >= 0) used.add(bought.option);
          revenue += payment / bidders.count;
          welfare += bought.value / bidders.count;
        }
        const result = evaluateMenu(bidders, everyone(bidders), posted);
        expect(result.revenue).toBeCloseTo(revenue, 12);
        expect(result.welfare).toBeCloseTo(welfare, 12);
        expect(result.optionsUsed).toBe(used.size / entries.length);
        expect(result.irViolations).toBe(0);
        expect(dsicViolations(bidders, posted)).toBe(0);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('looks at the buyers it is told to', () => {
    const bidders = xorBidders(1, [[{ items: [0], value: 4 }], [{ items: [0], value: 8 }]]);
    const posted = menu(1, [
      [1, 4],
      [0, 0],
    ]);
    expect(evaluateMenu(bidders, Int32Array.of(1), posted)).toEqual({
      revenue: 4,
      standardError: 0,
      welfare: 8,
      irViolations: 0,
      optionsUsed: 0.5,
      sold: 1,
      payments: Float64Array.of(4),
      sizes: Float64Array.of(1),
    });
  });

  it('payments of 0 and 4 in equal parts have standard error 2 / sqrt(n - 1)', () => {
    const bidders = xorBidders(1, [
      [{ items: [0], value: 3 }],
      [{ items: [0], value: 5 }],
      [{ items: [0], value: 1 }],
      [{ items: [0], value: 9 }],
    ]);
    expect(evaluateMenu(bidders, everyone(bidders), menu(1, [[1, 4]]))).toMatchObject({
      revenue: 2,
      standardError: expect.closeTo(2 / Math.sqrt(3), 12) as number,
    });
  });
});

describe('prefersAnother', () => {
  it('counts buyers whom a choice that is wrong has harmed', () => {
    const bidders = xorBidders(1, [
      [{ items: [0], value: 3 }],
      [{ items: [0], value: 5 }],
      [{ items: [0], value: 6 }],
    ]);
    const posted = menu(1, [[1, 4]]);
    expect(dsicViolations(bidders, posted)).toBe(0);
    // Nothing is right for the first buyer alone, the item for the others.
    expect(dsicViolations(bidders, posted, () => -1)).toBe(2);
    expect(dsicViolations(bidders, posted, () => 0)).toBe(1);
  });
});

it('a buyer at a utility of exactly 0 buys, wherever buyers choose, and of equal utilities the dearer option', () => {
  const indifferent = xorBidders(2, [[{ items: [0], value: 3 }]]);
  expect(evaluateMenu(indifferent, everyone(indifferent), menu(2, [[0b01, 3]]))).toMatchObject({
    revenue: 3,
    sold: 1,
  });
  const withNothing = menu(2, [
    [0b00, 0],
    [0b01, 3],
  ]);
  expect(choose(indifferent, 0, withNothing).option).toBe(1);
  expect(postedRevenue(Float64Array.of(3), 3)).toBe(3);
  expect(atSizePrices(indifferent, Float64Array.of(3, 3))(0).payment).toBe(3);
  expect(atItemPrices(indifferent, Float64Array.of(3, 1))(0).payment).toBe(3);
  const additive = { kind: 'additive', items: 1, count: 1, values: Float32Array.of(3) } as const;
  expect(atItemPrices(additive, Float64Array.of(3))(0).payment).toBe(3);
});
