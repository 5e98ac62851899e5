import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, rootKey } from '../../random/key.ts';
import { isSubset, itemsOf, wordsFor } from './bundle-bits.ts';
import type { Atom, XorBidders } from './bidders.ts';
import { catsBidderSource } from './cats-bidder.ts';
import { UndominatedBids } from './cats-dominance.ts';
import { catsDistributions, generateCats } from './cats-generator.ts';
import { drawMarket } from './cats-market.ts';
import { draws } from '../../random/draws.ts';

interface Bid {
  readonly buyer: number;
  readonly atom: number;
  readonly items: readonly number[];
  readonly value: number;
}

function bidsOf(bidders: XorBidders): Bid[][] {
  const words = wordsFor(bidders.items);
  return Array.from({ length: bidders.count }, (_, buyer) =>
    Array.from({ length: bidders.starts[buyer + 1]! - bidders.starts[buyer]! }, (__, i) => {
      const atom = bidders.starts[buyer]! + i;
      return {
        buyer,
        atom,
        items: itemsOf(bidders.bundles, atom * words, bidders.items),
        value: bidders.values[atom]!,
      };
    }),
  );
}

describe.each(catsDistributions)('generateCats %s', (distribution) => {
  const bidders = generateCats(distribution, 50, 1000, rootKey(2));
  const buyers = bidsOf(bidders);

  it('is a function of its key', () => {
    expect(generateCats(distribution, 50, 1000, rootKey(2))).toEqual(bidders);
    expect(generateCats(distribution, 50, 1000, rootKey(3))).not.toEqual(bidders);
  });

  it('stops with the bidder that brings the bids to the number asked for', () => {
    expect(bidders.values.length).toBeGreaterThanOrEqual(1000);
    expect(bidders.values.length).toBeLessThan(1006);
  });

  it('gives a bidder one size, different bundles, and at most five substitutes', () => {
    for (const bids of buyers) {
      expect(bids.length).toBeLessThanOrEqual(6);
      expect(new Set(bids.map(({ items }) => items.length)).size).toBe(1);
      expect(new Set(bids.map(({ items }) => items.join())).size).toBe(bids.length);
      for (const { value } of bids) expect(value).toBe(Number(value.toPrecision(6)));
    }
  });

  it('keeps no lone bid that another lone bid dominates', () => {
    const words = wordsFor(50);
    const lone = buyers.filter((bids) => bids.length === 1).map(([bid]) => bid!);
    const dominated = lone.filter((weak) =>
      lone.some(
        (strong) =>
          strong.atom !== weak.atom &&
          strong.value >= weak.value &&
          isSubset(bidders.bundles, strong.atom * words, bidders.bundles, weak.atom * words, words),
      ),
    );
    expect(dominated).toEqual([]);
  });

  // Shares of the files that CATS 2.1 wrote with 50 goods and 1000 bids (20 files a distribution, 4100 to 4200 bidders): size 1
  // 1.6 to 1.8 %, mean size 11.6 to 12.2, six alternatives 61 to 65 %, one 10 to 12 % of bidders. One instance of 205 bidders
  // scatters by 0.65 around the mean size and 0.034 around the share of six: bounds at four of these.
  it('resembles instances of CATS', () => {
    const bids = buyers.flat();
    const meanSize = bids.reduce((sum, { items }) => sum + items.length, 0) / bids.length;
    expect(Math.abs(meanSize - 11.9)).toBeLessThan(2.6);
    const six = buyers.filter((own) => own.length === 6).length / buyers.length;
    expect(Math.abs(six - 0.63)).toBeLessThan(0.14);
    expect(buyers.length).toBeGreaterThan(180);
    expect(buyers.length).toBeLessThan(240);
  });
});

describe('generateCats', () => {
  it('refuses more bids than so few goods can carry', () => {
    expect(() => generateCats('arbitrary-upv', 1, 5, rootKey(1))).toThrow(
      /bidsPerMarket: expected .* found 5/,
    );
  });
});

describe('the bidders of a market', () => {
  it('want 10 goods on average when there are many: 1 + a geometric number of additions with probability 0.9', () => {
    const next = catsBidderSource(
      drawMarket('arbitrary', 200, draws(fold(rootKey(1), 'market'))),
      'upv',
      draws(rootKey(2)),
    );
    const sizes = Array.from({ length: 1000 }, () => next()[0]!.items.length);
    // Standard deviation of the geometric number: sqrt(0.9) / 0.1 = 9.5. Four standard errors: failure rate 6e-5.
    expect(Math.abs(sizes.reduce((a, b) => a + b, 0) / sizes.length - 10)).toBeLessThan(
      (4 * 9.5) / Math.sqrt(1000),
    );
  });

  it('value a bundle at its common and private values plus size^1.2, private ones being 0 on average but for the choice', () => {
    const market = drawMarket('regions', 9, draws(rootKey(4)));
    const next = catsBidderSource(market, 'upv', draws(rootKey(5)));
    const commonOf = (items: readonly number[]) => items.reduce((sum, j) => sum + market.common[j]!, 0);
    for (let i = 0; i < 500; i++) {
      for (const { items, value } of next()) {
        const privately = value - commonOf(items) - items.length ** 1.2;
        expect(Math.abs(privately)).toBeLessThan(50 * items.length);
        // All nine goods: no choice between goods is left to lift the mean, see the sum below.
      }
    }
    const whole: number[] = [];
    while (whole.length < 1000) {
      const { items, value } = next()[0]!;
      if (items.length === 9) whole.push(value - commonOf(items) - 9 ** 1.2);
    }
    // Sum of nine U[-50, 50]: standard deviation 50 sqrt(3) = 86.6. Bidders with v <= 0 are too rare to matter here.
    expect(Math.abs(whole.reduce((a, b) => a + b, 0) / 1000)).toBeLessThan((4 * 86.6) / Math.sqrt(1000));
  });

  it('live on a map where every good of the square has a neighbour, and no good beyond it has one', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { affinity } = drawMarket('regions', 11, draws(rootKey(seed)));
      for (let a = 0; a < 11; a++) {
        const row = affinity.subarray(a * 11, (a + 1) * 11);
        expect(row.some((d) => d > 0)).toBe(a < 9);
        row.forEach((d, b) => {
          expect(affinity[b * 11 + a]).toBe(d);
          const near =
            Math.max(Math.abs((a % 3) - (b % 3)), Math.abs(Math.floor(a / 3) - Math.floor(b / 3))) === 1;
          if (d > 0) expect(near).toBe(true);
        });
      }
    }
  });
});

describe('UndominatedBids', () => {
  const atom = fc
    .tuple(fc.integer({ min: 1, max: 15 }), fc.nat(6))
    .map(([bundle, value]): Atom => ({ items: [0, 1, 2, 3].filter((j) => (bundle >> j) & 1), value }));
  const crowd = fc.array(fc.array(atom, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 12 });

  /** The bids that are left, by the rules of the program on one list of bids, in which an alternative has its bidder's dummy. */
  function left(buyers: readonly (readonly Atom[])[]): Set<Atom> {
    let bids: { atom: Atom; dummy: number | null }[] = [];
    const beats = (strong: Atom, weak: Atom) =>
      strong !== weak && strong.value >= weak.value && strong.items.every((j) => weak.items.includes(j));
    const lone = () => bids.filter(({ dummy }) => dummy === null).map(({ atom: own }) => own);
    buyers.forEach((atoms, buyer) => {
      const fresh = [...atoms];
      while (fresh.length > 0 && lone().some((strong) => beats(strong, fresh[0]!))) {
        const last = fresh.pop()!;
        if (fresh.length > 0) fresh[0] = last;
      }
      bids.push(...fresh.map((own) => ({ atom: own, dummy: atoms.length > 1 ? buyer : null })));
      for (let changed = true; changed;) {
        const alone = bids.find(
          (bid) => bid.dummy !== null && bids.every((other) => other === bid || other.dummy !== bid.dummy),
        );
        if (alone !== undefined) alone.dummy = null;
        const before = bids.length;
        const strong = alone?.atom ?? (fresh.length === 1 ? fresh[0]! : undefined);
        if (strong !== undefined) {
          if (lone().some((other) => beats(other, strong)))
            bids = bids.filter(({ atom: own }) => own !== strong);
          else bids = bids.filter(({ atom: own }) => !beats(strong, own));
        }
        changed = alone !== undefined || bids.length < before;
      }
    });
    return new Set(bids.map(({ atom: own }) => own));
  }

  it('removes what the program removes', () => {
    fc.assert(
      fc.property(crowd, (buyers) => {
        const bids = new UndominatedBids(4);
        for (const atoms of buyers) bids.add(atoms);
        const kept = bids.bidders().flat();
        expect(bids.count).toBe(kept.length);
        expect(new Set(kept)).toEqual(left(buyers));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('looks at the first alternative of a new bidder, and at the last one in its place', () => {
    const lone: Atom = { items: [0], value: 5 };
    const beaten: Atom = { items: [0, 1], value: 4 };
    const fine: Atom = { items: [1, 2], value: 3 };
    const after = (...atoms: Atom[]) => {
      const bids = new UndominatedBids(4);
      bids.add([lone]);
      bids.add(atoms);
      return bids.bidders().slice(1).flat();
    };
    expect(after(fine, beaten)).toEqual([fine, beaten]);
    expect(after(beaten, fine)).toEqual([fine]);
    expect(after(beaten, { ...beaten, items: [0, 2] }, fine)).toHaveLength(2);
    expect(after(beaten)).toEqual([]);
  });
});
