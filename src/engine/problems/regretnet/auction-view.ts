/**
 * What bidder 0 gets and pays over the square of its two values, in doubles: the lottery's chances of each item and its payment
 * in bands, and what the hard allocation gives it. All others bid the middle of each item's range.
 */
import type { MapPanel } from '../../../shared/pictures/map.ts';
import type { Picture } from '../../../shared/pictures/picture.ts';
import { dealsOf, outputsFor, type HostNetworks } from './hard-mechanism.ts';
import type { RegretnetData } from './profiles.ts';

/** Cells along a side. */
const SIDE = 96;
/** Bands that a chance, or the payment, is cut into. */
const BANDS = 10;

const WON = ['nothing', 'item 0', 'item 1', 'both items'];

/** What the cell of a map says, from 0 up. */
interface Cell {
  /** Of each item, 0 to 1. */
  readonly chances: readonly [number, number];
  /** In the bidders' own money. */
  readonly payment: number;
  /** Index into `WON`. */
  readonly won: number;
}

/** @param data of two items */
export function drawMechanism(networks: HostNetworks, data: RegretnetData): Picture {
  const { bidders, valueScale, ranges } = data;
  const cells = cellsOf(networks, data);
  const most = ranges.reduce((sum, [, high]) => sum + high * valueScale, 0);
  const [x, y] = ranges.map(([low, high], item) => ({
    label: `Value of item ${item}`,
    from: low * valueScale,
    to: high * valueScale,
  }));
  const panel = (title: string, content: MapPanel['content']): MapPanel => ({
    ...{ kind: 'map', title, x: x!, y: y!, across: SIDE, up: SIDE },
    content,
  });
  const quantity = (title: string, of: string, values: number[], to: number) =>
    panel(title, { kind: 'values', quantity: of, values, range: { from: 0, to }, bands: BANDS });
  const chance = (item: 0 | 1) =>
    quantity(
      `Chance of item ${item}`,
      'Chance',
      cells.map(({ chances }) => chances[item]),
      1,
    );
  const won = cells.map((cell) => cell.won);
  const there = new Set(won);
  const others = bidders === 1 ? '' : ' All other bidders bid the middle of the range of each item.';
  return {
    note: `What bidder 0 gets and pays where it bids the truth; chance and payment are those of the lottery.${others}`,
    facts: [],
    panels: [
      chance(0),
      chance(1),
      quantity(
        'Payment',
        'Payment',
        cells.map(({ payment }) => payment),
        most,
      ),
      panel('Hard allocation', {
        kind: 'regions',
        meaning: 'What bidder 0 gets',
        cells: won,
        labels: WON.flatMap((text, label) => (there.has(label) ? [{ label, text }] : [])),
      }),
    ],
  };
}

function cellsOf(networks: HostNetworks, data: RegretnetData): Cell[] {
  const { bidders, items, ranges, valueScale } = data;
  const at = (item: number, share: number) =>
    ranges[item]![0] + share * (ranges[item]![1] - ranges[item]![0]);
  const bids = Float64Array.from({ length: bidders * items }, (_, k) => at(k % items, 0.5));
  return Array.from({ length: SIDE * SIDE }, (_, n) => {
    bids[0] = at(0, ((n % SIDE) + 0.5) / SIDE);
    bids[1] = at(1, (Math.floor(n / SIDE) + 0.5) / SIDE);
    const own = bids.subarray(0, 2);
    const outputs = outputsFor(networks, bids);
    // What it would be worth to one who values that item alone, at 1, is its chance.
    const [first, second] = [
      [1, 0],
      [0, 1],
    ].map((values) => dealsOf(outputs, 0, own, values, data));
    return {
      chances: [first!.lottery.value, second!.lottery.value],
      payment: first!.lottery.payment * valueScale,
      won: first!.hard.value + 2 * second!.hard.value,
    };
  });
}
