import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bundleValue,
  concatXor,
  grandValue,
  mostAtoms,
  singletonAtoms,
  xorBidders,
  type Atom,
  type Bidders,
} from './bidders.ts';

const MOST_ITEMS = 6;

/** Buyers as plain numbers, with their value of a bundle straight from the definition. */
interface Case {
  readonly bidders: Bidders;
  readonly value: (n: number, bundle: number) => number;
}

const sized = fc.record({
  items: fc.integer({ min: 1, max: MOST_ITEMS }),
  rows: fc.array(fc.array(fc.nat(1000), { minLength: MOST_ITEMS, maxLength: MOST_ITEMS }), {
    minLength: 1,
    maxLength: 4,
  }),
});

const itemCases: fc.Arbitrary<Case> = fc
  .tuple(sized, fc.constantFrom('additive' as const, 'unit-demand' as const))
  .map(([{ items, rows }, kind]) => {
    const inside = (n: number, bundle: number) => rows[n]!.filter((_, j) => j < items && (bundle >> j) & 1);
    return {
      bidders: {
        kind,
        items,
        count: rows.length,
        values: Float32Array.from(rows.flatMap((row) => row.slice(0, items))),
      },
      value: (n, bundle) =>
        kind === 'additive'
          ? inside(n, bundle).reduce((a, b) => a + b, 0)
          : Math.max(0, ...inside(n, bundle)),
    };
  });

const xorCases: fc.Arbitrary<Case> = fc
  .record({
    items: fc.integer({ min: 1, max: MOST_ITEMS }),
    buyers: fc.array(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 63 }), fc.nat(1000)), { minLength: 1, maxLength: 5 }),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
  })
  .map(({ items, buyers }) => {
    const masked = buyers.map((own) => own.map(([bundle, v]) => [bundle % 2 ** items || 1, v] as const));
    const atom = ([bundle, v]: readonly [number, number]): Atom => ({ items: itemsIn(bundle), value: v });
    return {
      bidders: xorBidders(
        items,
        masked.map((own) => own.map(atom)),
      ),
      value: (n, bundle) =>
        Math.max(0, ...masked[n]!.filter(([wanted]) => (wanted & ~bundle) === 0).map(([, v]) => v)),
    };
  });

function itemsIn(bundle: number): number[] {
  return Array.from({ length: MOST_ITEMS }, (_, j) => j).filter((j) => (bundle >> j) & 1);
}

describe('values of bundles', () => {
  it.each([
    ['additive and unit-demand', itemCases],
    ['xor', xorCases],
  ])('%s: every bundle against the definition', (_name, cases) => {
    fc.assert(
      fc.property(cases, ({ bidders, value }) => {
        const all = 2 ** bidders.items - 1;
        for (let n = 0; n < bidders.count; n++) {
          for (let bundle = 0; bundle <= all; bundle++) {
            expect(bundleValue(bidders, n, Uint32Array.of(0, bundle), 1)).toBe(value(n, bundle));
          }
          expect(grandValue(bidders, n)).toBe(value(n, all));
        }
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('counts items beyond the first word', () => {
    const bidders = xorBidders(70, [[{ items: [1, 40, 69], value: 7 }]]);
    const without = Uint32Array.of(0b10, 1 << 8, 0);
    const whole = Uint32Array.of(0b10, 1 << 8, 1 << 5);
    expect([bundleValue(bidders, 0, without, 0), bundleValue(bidders, 0, whole, 0)]).toEqual([0, 7]);
  });

  it('unit-demand buyers are xor buyers with an atom an item', () => {
    fc.assert(
      fc.property(sized, ({ items, rows }) => {
        const values = Float32Array.from(rows.flatMap((row) => row.slice(0, items)));
        const bidders: Bidders = { kind: 'unit-demand', items, count: rows.length, values };
        const atoms = singletonAtoms(bidders);
        expect(mostAtoms(atoms)).toBe(items);
        for (let n = 0; n < bidders.count; n++) {
          for (let bundle = 0; bundle < 2 ** items; bundle++) {
            const bits = Uint32Array.of(bundle);
            expect(bundleValue(atoms, n, bits, 0)).toBe(bundleValue(bidders, n, bits, 0));
          }
        }
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('joins groups of buyers in order', () => {
    const one = [
      [{ items: [0], value: 1 }],
      [
        { items: [1], value: 2 },
        { items: [0, 1], value: 3 },
      ],
    ];
    const two = [[{ items: [1], value: 4 }]];
    expect(concatXor([xorBidders(2, one), xorBidders(2, two)])).toEqual(xorBidders(2, [...one, ...two]));
  });
});
