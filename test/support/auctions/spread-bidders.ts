/** Buyers that cover the law of their values evenly, so that revenues are integrals and not samples. */
import type { ItemBidders } from '../../../src/engine/auctions/buyers/bidders.ts';

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
