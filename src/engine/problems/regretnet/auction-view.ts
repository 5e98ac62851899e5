/**
 * What bidder 0 gets and pays over the square of its two values, in doubles: the lottery's chances of each item and its payment
 * in bands, and what the hard allocation gives it. All others bid the middle of each item's range.
 */
import { formatTick } from '../../../shared/number-format.ts';
import type { LabelledMap, MapsView } from '../../../shared/maps-view.ts';
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
export function viewAuction(networks: HostNetworks, data: RegretnetData): MapsView {
  const { bidders, valueScale, ranges } = data;
  const cells = cellsOf(networks, data);
  const most = ranges.reduce((sum, [, high]) => sum + high * valueScale, 0);
  const chance = (item: 0 | 1) =>
    bands(
      `Chance of item ${item}`,
      'Chance',
      cells.map(({ chances }) => chances[item]),
      1,
    );
  const maps = [
    chance(0),
    chance(1),
    bands(
      'Payment',
      'Payment',
      cells.map(({ payment }) => payment),
      most,
    ),
  ];
  const hard = {
    title: 'Hard allocation',
    meaning: 'What bidder 0 gets',
    bands: null,
    cells: cells.map(({ won }) => won),
    labels: WON.map((text, label) => ({ label, text })),
  };
  const [x, y] = ranges.map(([low, high], item) => ({
    label: `Value of item ${item}`,
    from: low * valueScale,
    to: high * valueScale,
  }));
  const others = bidders === 1 ? '' : ' All other bidders bid the middle of the range of each item.';
  return {
    kind: 'maps',
    note: `What bidder 0 gets and pays where it bids the truth; chance and payment are those of the lottery.${others}`,
    maps: [...maps, hard].map(({ cells: own, ...rest }): LabelledMap => {
      const there = new Set(own);
      return {
        ...rest,
        labels: rest.labels.filter(({ label }) => there.has(label)),
        map: { x: x!, y: y!, side: SIDE, cells: own },
      };
    }),
  };
}

function bands(title: string, meaning: string, values: readonly number[], most: number) {
  const last = BANDS - 1;
  const end = (band: number) => formatTick((band * most) / BANDS);
  return {
    title,
    meaning,
    bands: { count: BANDS, from: 0, to: most },
    cells: values.map((value) => Math.min(last, Math.max(0, Math.floor((value / most) * BANDS)))),
    labels: Array.from({ length: BANDS }, (_, band) => ({
      label: band,
      text: `${end(band)} to ${end(band + 1)}`,
    })),
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
