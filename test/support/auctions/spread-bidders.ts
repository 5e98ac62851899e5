/** Buyers that cover the law of their values evenly, so that revenues are integrals and not samples. */
import type { AuctionData } from '../../../src/engine/auctions/buyers/auction-data.ts';
import type { ItemBidders } from '../../../src/engine/auctions/buyers/bidders.ts';
import { rangesOf } from '../../../src/engine/auctions/buyers/item-values.ts';
import type { Valuations } from '../../../src/engine/auctions/buyers/valuations.ts';

/** Buyers at a low-discrepancy sequence in [0, 1]^items (Kronecker's, with powers of the root of g^(items + 1) = g + 1). */
export function spreadBidders(kind: ItemBidders['kind'], items: number, count: number): ItemBidders {
  let root = 1.5;
  for (let i = 0; i < 60; i++) root = (1 + root) ** (1 / (items + 1));
  const values = Float32Array.from({ length: count * items }, (_, i) => {
    const x = Math.floor(i / items) * root ** -((i % items) + 1);
    return x - Math.floor(x);
  });
  return { kind, items, count, values };
}

/** These data with `count` evenly spread buyers of the same law (additive or unit-demand) in the place of the test buyers. */
export function withEvenTestBuyers(
  valuations: Valuations,
  { bidders: drawn, split, valueScale }: AuctionData,
  count: number,
): AuctionData {
  if (drawn.kind === 'xor' || (valuations.kind !== 'additive' && valuations.kind !== 'unit-demand')) {
    throw new Error(`${drawn.kind} buyers have no law to cover evenly`);
  }
  const { items } = drawn;
  const ranges = rangesOf(valuations, items);
  const { values } = spreadBidders(drawn.kind, items, count);
  for (let n = 0; n < count; n++) {
    const own = values.subarray(n * items, (n + 1) * items);
    // The spacings of uniform numbers are uniform on the simplex.
    const x = valuations.law === 'simplex' ? own.sort().map((u, j) => u - (own[j - 1] ?? 0)) : own;
    own.set(ranges.map(([low, high], j) => low + (high - low) * x[j]!));
  }
  const all = new Float32Array(drawn.values.length + values.length);
  all.set(drawn.values);
  all.set(values, drawn.values.length);
  return {
    bidders: { ...drawn, count: drawn.count + count, values: all },
    split: { ...split, test: Int32Array.from({ length: count }, (_, n) => drawn.count + n) },
    valueScale,
  };
}

/** Buyers at the midpoints of a grid of `side` cells an item, over these ranges, that pass. */
export function gridBidders(
  kind: ItemBidders['kind'],
  ranges: readonly (readonly [low: number, high: number])[],
  side: number,
  passes = (_: readonly number[]) => true,
): ItemBidders {
  const items = ranges.length;
  const points: number[][] = [];
  for (let cell = 0; cell < side ** items; cell++) {
    const point = ranges.map(
      ([low, high], j) => low + ((high - low) * ((Math.floor(cell / side ** j) % side) + 0.5)) / side,
    );
    if (passes(point)) points.push(point);
  }
  return { kind, items, count: points.length, values: Float32Array.from(points.flat()) };
}

/** The numbers of all buyers. */
export function everyone({ count }: { readonly count: number }): Int32Array {
  return Int32Array.from({ length: count }, (_, n) => n);
}
