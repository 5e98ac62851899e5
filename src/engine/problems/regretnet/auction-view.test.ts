import { describe, expect, it } from 'vitest';
import type { MapPanel } from '../../../shared/pictures/map.ts';
import { readPicture } from '../../../shared/pictures/picture.ts';
import { drawMechanism } from './auction-view.ts';
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
  const picture = drawMechanism(networks, data);
  const panel = (title: string) => picture.panels.find((found) => found.title === title) as MapPanel;
  const cell = (title: string, x: number, y: number) => {
    const { across, content } = panel(title);
    const at = (value: number) => Math.floor((value / 4) * across);
    const place = at(y) * across + at(x);
    if (content.kind === 'values') return content.values[place];
    return content.labels.find(({ label }) => label === content.cells[place])!.text;
  };

  it('are a picture', () => {
    expect(readPicture(picture, 'mechanism')).toEqual(picture);
    const { x, y } = panel('Payment');
    expect([x, y]).toEqual([
      { label: 'Value of item 0', from: 0, to: 4 },
      { label: 'Value of item 1', from: 0, to: 4 },
    ]);
  });

  it('say what the bidder gets and pays', () => {
    expect(cell('Chance of item 0', 1, 1)).toBeLessThan(0.1);
    expect(cell('Chance of item 0', 3, 1)).toBeGreaterThan(0.9);
    expect(cell('Chance of item 1', 1, 3)).toBeGreaterThan(0.9);
    expect(cell('Hard allocation', 1, 1)).toBe('item 1');
    expect(cell('Hard allocation', 3, 3)).toBe('both items');
    // Half of what it bids for what it gets, at the middle of the cell.
    expect(cell('Payment', 1, 3.5)).toBeCloseTo(1.75, 1);
    expect(cell('Payment', 3.5, 3.5)).toBeCloseTo(3.5, 1);
  });

  it('name only what is there', () => {
    const { content } = panel('Hard allocation');
    const texts = content.kind === 'regions' ? content.labels.map(({ text }) => text) : [];
    expect(texts).toEqual(['item 1', 'both items']);
  });
});
