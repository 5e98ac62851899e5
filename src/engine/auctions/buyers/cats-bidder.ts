/**
 * One bidder of a CATS market: a bundle grown good by good, and up to five substitutes of the same size.
 *
 * Private values p_i ~ U[-50, 50] (upv) or N(0, 30) (npv). Interest pn_i is proportional to p_i - min p, where the minimum is
 * -50 (upv) or the least private value drawn in this market so far (npv). First good ~ pn; then, while U <= 0.9, a good i with
 * probability proportional to pn_i sum_{j in B} d(j, i), or any good with probability `jump`.
 * v(B) = sum_{i in B} (c_i + p_i) + |B|^1.2. A bidder with v(B) <= 0 is drawn anew.
 * Substitutes start from each good of B and grow to |B|; kept if 0 <= v <= 1.5 v(B) and common value >= 0.5 of B's, if not
 * equal to B or to each other, the five most valuable at most.
 * Source and parameters: as `cats-market.ts`; the defaults of the CATS 2.1 program.
 */
import type { Atom } from './bidders.ts';
import type { CatsMarket } from './cats-market.ts';
import type { Draws } from '../../random/draws.ts';

export type PrivateValues = 'npv' | 'upv';

const ADD_GOOD = 0.9;
const EXPONENT = 1.2;
const BUDGET = 1.5;
const RESALE = 0.5;
const MOST_SUBSTITUTES = 5;
const UNIFORM_BOUND = 50;
const NORMAL_DEVIATION = 30;

/** Bidders of one market, one after the other. */
export function catsBidderSource(
  market: CatsMarket,
  privateValues: PrivateValues,
  random: Draws,
): () => Atom[] {
  let least = privateValues === 'upv' ? -UNIFORM_BOUND : Infinity;
  return () => {
    for (;;) {
      const own = Float64Array.from({ length: market.goods }, () =>
        privateValues === 'upv'
          ? UNIFORM_BOUND * (2 * random.uniform() - 1)
          : NORMAL_DEVIATION * random.normal(),
      );
      for (const p of own) least = Math.min(least, p);
      const interest = own.map((p) => p - least);
      const atoms = drawAtoms(market, own, interest, random);
      if (atoms !== null) return atoms;
    }
  };
}

interface Candidate extends Atom {
  readonly common: number;
}

function drawAtoms(
  market: CatsMarket,
  own: Float64Array,
  interest: Float64Array,
  random: Draws,
): Atom[] | null {
  const priced = (items: number[]): Candidate => {
    let common = 0;
    let value = items.length ** EXPONENT;
    for (const item of items) {
      common += market.common[item]!;
      value += market.common[item]! + own[item]!;
    }
    return { items: items.sort((a, b) => a - b), value, common };
  };
  const grown = growBundle(market, interest, drawIndex(interest, random), random);
  while (random.uniform() <= ADD_GOOD) grown.add();
  // In the order in which they came: substitutes start from each of them in turn.
  const wantedItems = grown.items.slice();
  const wanted = priced(grown.items.slice());
  if (wanted.value <= 0) return null;
  const substitutes: Candidate[] = [];
  for (const first of wantedItems) {
    const other = growBundle(market, interest, first, random);
    while (other.items.length < wantedItems.length) other.add();
    const candidate = priced(other.items);
    const fits = candidate.value >= 0 && candidate.value <= BUDGET * wanted.value;
    if (fits && candidate.common >= RESALE * wanted.common) substitutes.push(candidate);
  }
  substitutes.sort((a, b) => b.value - a.value);
  const kept: Candidate[] = [wanted];
  for (const candidate of substitutes) {
    if (kept.length > MOST_SUBSTITUTES) break;
    if (!kept.some((other) => sameItems(other, candidate))) kept.push(candidate);
  }
  return kept.map(({ items, value }) => ({ items, value }));
}

/** A bundle that starts with `first`; `add` puts one more good in, or none if no good goes with those in it. */
function growBundle(market: CatsMarket, interest: Float64Array, first: number, random: Draws) {
  const { goods, affinity, jump } = market;
  const items: number[] = [];
  const inside = new Uint8Array(goods);
  const pull = new Float64Array(goods);
  const weights = new Float64Array(goods);
  const put = (good: number) => {
    items.push(good);
    inside[good] = 1;
    for (let i = 0; i < goods; i++) pull[i] = pull[i]! + affinity[good * goods + i]!;
  };
  put(first);
  const add = () => {
    if (items.length === goods) return;
    if (random.uniform() < jump) {
      let good = random.integer(goods);
      while (inside[good] === 1) good = random.integer(goods);
      put(good);
      return;
    }
    let total = 0;
    for (let i = 0; i < goods; i++) total += weights[i] = inside[i] === 1 ? 0 : interest[i]! * pull[i]!;
    if (total > 0) put(drawIndex(weights, random));
  };
  return { items, add };
}

/** An index with probability proportional to its weight; some weight is positive. */
function drawIndex(weights: Float64Array, random: Draws): number {
  let total = 0;
  for (const weight of weights) total += weight;
  let left = random.uniform() * total;
  let last = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i]! <= 0) continue;
    last = i;
    left -= weights[i]!;
    if (left < 0) return i;
  }
  return last;
}

function sameItems(a: Atom, b: Atom): boolean {
  return a.items.length === b.items.length && a.items.every((item, i) => item === b.items[i]);
}
