/**
 * Revenue of selling each item alone in the optimal way to n bidders with independent values uniform on [a, b]: the highest value
 * wins unless its virtual value 2 v - b is negative. With v = a + (b - a) x this is, for one item,
 * E max(0, 2 v_max - b) = (2 a - b) (1 - r^n) + 2 (b - a) n / (n + 1) (1 - r^(n + 1)),  r = max(0, (b - 2 a) / (2 (b - a))).
 * Source: Myerson, "Optimal Auction Design", Mathematics of Operations Research 6(1), 1981, https://doi.org/10.1287/moor.6.1.58.
 */
import type { ItemValues } from '../buyers/item-values.ts';

/** @param ranges one pair per item */
export function itemMyersonRevenue(bidders: number, ranges: ItemValues['ranges']): number {
  return ranges.reduce((sum, [low, high]) => sum + oneItem(bidders, low, high), 0);
}

function oneItem(n: number, low: number, high: number): number {
  const width = high - low;
  const reserve = Math.max(0, (high - 2 * low) / (2 * width));
  return (2 * low - high) * (1 - reserve ** n) + ((2 * width * n) / (n + 1)) * (1 - reserve ** (n + 1));
}

/** The price at which one bidder is offered an item whose value is U[low, high]: where the virtual value turns positive. */
export function uniformMyersonPrice(low: number, high: number): number {
  return Math.max(low, high / 2);
}
