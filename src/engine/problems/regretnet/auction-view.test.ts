import { describe, expect, it } from 'vitest';
import { mapsViewSchema } from '../../../shared/maps-view.ts';
import { viewAuction } from './auction-view.ts';
import { regretnetConfigSchema } from './config.ts';
import type { HostLayer, HostNetworks } from './hard-mechanism.ts';
import { drawData } from './profiles.ts';

/** One layer without hidden ones: outputs that are linear in the bids. */
function linear(
  inputs: number,
  rows: readonly (readonly number[])[],
  biases: readonly number[],
): HostLayer[] {
  const weights = Float64Array.from(
    { length: inputs * rows.length },
    (_, x) => rows[x % rows.length]![Math.floor(x / rows.length)]!,
  );
  return [{ inputs, outputs: rows.length, weights, biases: Float64Array.from(biases) }];
}

describe('maps of an auction', () => {
  // One bidder gets item 0 if it bids more than 2 for it, always item 1, and pays half of what it bids for what it gets.
  const data = drawData(
    regretnetConfigSchema.parse({
      bidders: 1,
      ranges: [[0, 4]],
      batch: 1,
      profiles: { train: 1, validation: 1, test: 1 },
    }),
  );
  const networks: HostNetworks = {
    allocation: linear(
      2,
      [
        [0, 0],
        [4000, 0],
        [0, 0],
        [0, 0],
      ],
      [0, -2000, 0, 50],
    ),
    payment: linear(2, [[0, 0]], [0]),
  };
  const view = viewAuction(networks, data);
  const cell = (title: string, x: number, y: number) => {
    const { map, labels } = view.maps.find((found) => found.title === title)!;
    const at = (value: number) => Math.floor((value / 4) * map.side);
    return labels.find(({ label }) => label === map.cells[at(y) * map.side + at(x)])!.text;
  };

  it('are data that the page reads', () => {
    expect(mapsViewSchema.parse(view)).toEqual(view);
    expect(view.maps.map(({ map }) => [map.x, map.y])[0]).toEqual([
      { label: 'Value of item 0', from: 0, to: 4 },
      { label: 'Value of item 1', from: 0, to: 4 },
    ]);
  });

  it('say what the bidder gets and pays', () => {
    expect(cell('Chance of item 0', 1, 1)).toBe('0 to 0.1');
    expect(cell('Chance of item 0', 3, 1)).toBe('0.9 to 1');
    expect(cell('Chance of item 1', 1, 3)).toBe('0.9 to 1');
    expect(cell('Hard allocation', 1, 1)).toBe('item 1');
    expect(cell('Hard allocation', 3, 3)).toBe('both items');
    expect(cell('Payment', 1, 3.5)).toBe('1.6 to 2.4');
    expect(cell('Payment', 3.5, 3.5)).toBe('3.2 to 4');
  });

  it('name only what is there', () => {
    const { labels } = view.maps.find(({ title }) => title === 'Hard allocation')!;
    expect(labels.map(({ text }) => text)).toEqual(['item 1', 'both items']);
  });
});
