/** Which option a buyer of two items takes, over the square of the two values. */
import type { RegionMap } from '../../../shared/region-map.ts';
import type { Bidders, ItemBidders } from '../buyers/bidders.ts';
import { choose, type Menu } from './menu.ts';

/** Cells along a side: borders are right to half a pixel of the picture. */
const SIDE = 192;

/** Values of an item lie between these two. */
export interface ValueRange {
  readonly from: number;
  readonly to: number;
}

/** @param ranges of the first item (to the right) and of the second (upwards) */
export function takenMap(
  menu: Menu,
  kind: ItemBidders['kind'],
  [first, second]: readonly [ValueRange, ValueRange],
): RegionMap {
  const middle = ({ from, to }: ValueRange, i: number) => from + ((i + 0.5) / SIDE) * (to - from);
  const values = new Float32Array(2 * SIDE * SIDE);
  for (let n = 0; n < SIDE * SIDE; n++) {
    values[2 * n] = middle(first, n % SIDE);
    values[2 * n + 1] = middle(second, Math.floor(n / SIDE));
  }
  const bidders: ItemBidders = { kind, items: 2, count: SIDE * SIDE, values };
  return {
    x: { label: 'Value of item 0', ...first },
    y: { label: 'Value of item 1', ...second },
    side: SIDE,
    cells: Array.from({ length: SIDE * SIDE }, (_, n) => choose(bidders, n, menu).option),
  };
}

/** The intervals that the values of two items fill, to the next round number; null of other buyers. */
export function valueRanges(bidders: Bidders): readonly [ValueRange, ValueRange] | null {
  if (bidders.kind === 'xor' || bidders.items !== 2 || bidders.count === 0) return null;
  return [rangeOf(bidders, 0), rangeOf(bidders, 1)];
}

function rangeOf({ values, items }: ItemBidders, item: number): ValueRange {
  let [least, most] = [Infinity, -Infinity];
  for (let at = item; at < values.length; at += items) {
    least = Math.min(least, values[at]!);
    most = Math.max(most, values[at]!);
  }
  // A hundredth of the span or less: of many buyers on an interval it finds the interval itself.
  const step = 10 ** (Math.floor(Math.log10(most > least ? most - least : 1)) - 1);
  const from = Math.floor(least / step) * step;
  return { from, to: Math.max(Math.ceil(most / step) * step, from + step) };
}
