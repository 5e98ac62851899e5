/** A first allocation, for searches to beat. */
import type { WinnerInstance } from './instance.ts';

/** Bids in the order of their relaxed shares, then of value for the square root of their size, as far as they go together. */
export function greedyAllocation(
  { goods, bidders, bids }: WinnerInstance,
  relaxed: Float64Array | null,
): number[] {
  const rating = (b: number) => bids[b]!.value / Math.sqrt(bids[b]!.goods.length);
  const order = Array.from(bids.keys()).sort(
    (a, b) => (relaxed?.[b] ?? 0) - (relaxed?.[a] ?? 0) || rating(b) - rating(a),
  );
  const sold = new Uint8Array(goods);
  const served = new Uint8Array(bidders);
  return order.filter((b) => {
    const { goods: own, bidder } = bids[b]!;
    if (served[bidder] === 1 || own.some((g) => sold[g] === 1)) return false;
    served[bidder] = 1;
    for (const g of own) sold[g] = 1;
    return true;
  });
}
