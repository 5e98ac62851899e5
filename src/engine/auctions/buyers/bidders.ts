/**
 * Buyers and what bundles are worth to them, v(S) >= 0 with v(empty) = 0.
 *
 * additive:    v(S) = sum_{j in S} v_j
 * unit-demand: v(S) = max_{j in S} v_j
 * xor:         v(S) = max { v_a : T_a subset of S }, 0 if S contains no atom; an atom is a wanted bundle T_a and its value v_a
 */
import { addItem, hasItem, isSubset, wordsFor } from './bundle-bits.ts';

/**
 * Values and prices that are taken: within it, sums over all buyers, their squares, and single precision are far from overflow.
 */
export const MOST_MONEY = 1e30;

export interface ItemBidders {
  readonly kind: 'additive' | 'unit-demand';
  readonly items: number;
  readonly count: number;
  /** v_j of buyer n at n * items + j. */
  readonly values: Float32Array;
}

export interface XorBidders {
  readonly kind: 'xor';
  readonly items: number;
  readonly count: number;
  /** Atoms of buyer n are starts[n] .. starts[n + 1] - 1; each buyer has one at least. */
  readonly starts: Int32Array;
  /** T_a as bits (`bundle-bits.ts`), `wordsFor(items)` words per atom. */
  readonly bundles: Uint32Array;
  /** v_a of each atom. */
  readonly values: Float64Array;
}

export type Bidders = ItemBidders | XorBidders;

/** One way to satisfy a buyer. */
export interface Atom {
  readonly items: readonly number[];
  readonly value: number;
}

/** Packs buyers, each a list of atoms. */
export function xorBidders(items: number, buyers: readonly (readonly Atom[])[]): XorBidders {
  const words = wordsFor(items);
  const atoms = buyers.flat();
  const starts = new Int32Array(buyers.length + 1);
  buyers.forEach((own, n) => (starts[n + 1] = starts[n]! + own.length));
  const bundles = new Uint32Array(atoms.length * words);
  atoms.forEach((atom, a) => {
    for (const item of atom.items) addItem(bundles, a * words, item);
  });
  return {
    kind: 'xor',
    items,
    count: buyers.length,
    starts,
    bundles,
    values: Float64Array.from(atoms, (atom) => atom.value),
  };
}

/** All buyers of several groups over the same items, in order. */
export function concatXor(groups: readonly XorBidders[]): XorBidders {
  const atoms = groups.reduce((sum, group) => sum + group.values.length, 0);
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  const items = groups[0]?.items ?? 0;
  const starts = new Int32Array(count + 1);
  const bundles = new Uint32Array(atoms * wordsFor(items));
  const values = new Float64Array(atoms);
  let buyer = 0;
  let atom = 0;
  for (const group of groups) {
    for (let n = 1; n <= group.count; n++) starts[buyer + n] = atom + group.starts[n]!;
    bundles.set(group.bundles, atom * wordsFor(items));
    values.set(group.values, atom);
    buyer += group.count;
    atom += group.values.length;
  }
  return { kind: 'xor', items, count, starts, bundles, values };
}

/** The same buyers over more items, which none of them wants. */
export function widened(bidders: XorBidders, items: number): XorBidders {
  const [from, to] = [wordsFor(bidders.items), wordsFor(items)];
  if (from === to) return { ...bidders, items };
  const bundles = new Uint32Array(bidders.values.length * to);
  for (let a = 0; a < bidders.values.length; a++) {
    bundles.set(bidders.bundles.subarray(a * from, (a + 1) * from), a * to);
  }
  return { ...bidders, items, bundles };
}

/** v(S) of buyer `n` for the bundle that starts at word `start` of `bits`. */
export function bundleValue(bidders: Bidders, n: number, bits: Uint32Array, start: number): number {
  let best = 0;
  if (bidders.kind === 'xor') {
    const words = wordsFor(bidders.items);
    for (let a = bidders.starts[n]!; a < bidders.starts[n + 1]!; a++) {
      const value = bidders.values[a]!;
      if (value > best && isSubset(bidders.bundles, a * words, bits, start, words)) best = value;
    }
    return best;
  }
  const { items, values } = bidders;
  for (let j = 0; j < items; j++) {
    if (!hasItem(bits, start, j)) continue;
    const value = values[n * items + j]!;
    best = bidders.kind === 'additive' ? best + value : Math.max(best, value);
  }
  return best;
}

/** What all items together are worth to buyer `n`: the most that anyone can take from this buyer. */
export function grandValue(bidders: Bidders, n: number): number {
  let best = 0;
  if (bidders.kind === 'xor') {
    for (let a = bidders.starts[n]!; a < bidders.starts[n + 1]!; a++)
      best = Math.max(best, bidders.values[a]!);
    return best;
  }
  const { items, values, kind } = bidders;
  for (let j = 0; j < items; j++) {
    const value = values[n * items + j]!;
    best = kind === 'additive' ? best + value : Math.max(best, value);
  }
  return best;
}

/** Largest number of atoms of one buyer. */
export function mostAtoms(bidders: XorBidders): number {
  let most = 0;
  for (let n = 0; n < bidders.count; n++) most = Math.max(most, bidders.starts[n + 1]! - bidders.starts[n]!);
  return most;
}

/** Unit-demand buyers as what they are: XOR buyers with one atom per item. */
export function singletonAtoms(bidders: ItemBidders): XorBidders {
  const { items, count } = bidders;
  const words = wordsFor(items);
  const bundles = new Uint32Array(count * items * words);
  for (let a = 0; a < count * items; a++) addItem(bundles, a * words, a % items);
  return {
    kind: 'xor',
    items,
    count,
    starts: Int32Array.from({ length: count + 1 }, (_, n) => n * items),
    bundles,
    values: Float64Array.from(bidders.values),
  };
}
