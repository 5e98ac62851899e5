/**
 * Affine maximiser auctions: the allocation a with the largest sum_i w_i v_i(a) + lambda(a) is chosen, and bidder i pays what its
 * presence costs the others in that sum, divided by w_i. Truth is a dominant strategy and nobody pays more than its value,
 * whatever w > 0 and lambda are. With w = 1 and lambda = 0 it is the Vickrey-Clarke-Groves auction: for additive bidders the second
 * price of each item.
 * Source: Roberts, "The characterization of implementable choice rules", in Aggregation and Revelation of Preferences, 1979.
 */

export interface Allocations {
  readonly count: number;
  /** Winner of each item, 0 .. n - 1, or n for nobody, [count, m]; number 0 leaves everything with the seller. */
  readonly winners: Uint8Array;
}

/** v_i(a) of every bidder for every allocation, [profiles, n, allocations]. */
export interface AllocationValues {
  readonly profiles: number;
  readonly bidders: number;
  readonly allocations: number;
  readonly values: Float64Array;
}

export interface AffineParameters {
  /** w_i > 0, [n]. */
  readonly weights: readonly number[];
  /** lambda(a), [allocations]. */
  readonly boosts: Float64Array;
}

/** All (n + 1)^m ways to give m items to n bidders or nobody. */
export function allAllocations(bidders: number, items: number): Allocations {
  const count = (bidders + 1) ** items;
  const winners = new Uint8Array(count * items);
  for (let a = 0; a < count; a++) {
    for (let j = 0, rest = a; j < items; j++, rest = Math.floor(rest / (bidders + 1))) {
      winners[a * items + j] = (rest + bidders) % (bidders + 1);
    }
  }
  return { count, winners };
}

/** @param values v_ij of `profiles` profiles, [profiles, n, m] */
export function allocationValues(
  values: Float32Array,
  { profiles, bidders, items }: { profiles: number; bidders: number; items: number },
  demand: 'additive' | 'unit-demand',
  { count, winners }: Allocations,
): AllocationValues {
  const out = new Float64Array(profiles * bidders * count);
  for (let row = 0; row < profiles * bidders; row++) {
    const bidder = row % bidders;
    for (let a = 0; a < count; a++) {
      let value = 0;
      for (let j = 0; j < items; j++) {
        if (winners[a * items + j] !== bidder) continue;
        const one = values[row * items + j]!;
        value = demand === 'additive' ? value + one : Math.max(value, one);
      }
      out[row * count + a] = value;
    }
  }
  return { profiles, bidders, allocations: count, values: out };
}

/** Mean sum of the payments of a profile. */
export function affineRevenue(
  { profiles, bidders, allocations, values }: AllocationValues,
  { weights, boosts }: AffineParameters,
): number {
  const sums = new Float64Array(allocations);
  let revenue = 0;
  for (let b = 0; b < profiles; b++) {
    const first = b * bidders * allocations;
    sums.set(boosts);
    for (let i = 0; i < bidders; i++) {
      const [from, weight] = [first + i * allocations, weights[i]!];
      for (let a = 0; a < allocations; a++) sums[a]! += weight * values[from + a]!;
    }
    let chosen = 0;
    for (let a = 1; a < allocations; a++) if (sums[a]! > sums[chosen]!) chosen = a;
    for (let i = 0; i < bidders; i++) {
      const [from, weight] = [first + i * allocations, weights[i]!];
      const others = sums[chosen]! - weight * values[from + chosen]!;
      let without = others;
      for (let a = 0; a < allocations; a++) {
        const sum = sums[a]! - weight * values[from + a]!;
        if (sum > without) without = sum;
      }
      revenue += (without - others) / weight;
    }
  }
  return revenue / profiles;
}
