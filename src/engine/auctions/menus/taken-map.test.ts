import { describe, expect, it } from 'vitest';
import type { Bidders } from '../buyers/bidders.ts';
import type { Menu } from './menu.ts';
import { takenMap, valueRanges } from './taken-map.ts';

const unit = { from: 0, to: 1 };

/** Label at these values. */
function at(map: ReturnType<typeof takenMap>, x: number, y: number): number | undefined {
  const cell = (value: number, { from, to }: { from: number; to: number }) =>
    Math.floor(((value - from) / (to - from)) * map.side);
  return map.cells[cell(y, map.y) * map.side + cell(x, map.x)];
}

const share = (map: ReturnType<typeof takenMap>, label: number) =>
  map.cells.filter((cell) => cell === label).length / map.cells.length;

describe('who takes what', () => {
  /** The optimum of two additive items U[0, 1]: Manelli and Vincent, "Bundling as an optimal selling mechanism", 2006. */
  const [single, both] = [2 / 3, (4 - Math.SQRT2) / 3];
  const menu: Menu = {
    options: 3,
    items: 2,
    prices: Float64Array.of(single, single, both),
    allocation: { kind: 'bundles', bundles: Uint32Array.of(0b01, 0b10, 0b11) },
  };

  it('additive buyers: one item beside, both above, nothing below', () => {
    const map = takenMap(menu, 'additive', [unit, unit]);
    expect(at(map, 0.9, 0.05)).toBe(0);
    expect(at(map, 0.05, 0.9)).toBe(1);
    expect(at(map, 0.6, 0.6)).toBe(2);
    expect(at(map, 0.4, 0.4)).toBe(-1);
    // The region of one item is a rectangle with the sides 1 - 2/3 and both - 2/3; a cell is 1/192 wide.
    expect(share(map, 0)).toBeCloseTo((1 - single) * (both - single), 2);
    expect(share(map, 0)).toBe(share(map, 1));
  });

  it('unit-demand buyers never pay for both', () => {
    const map = takenMap(menu, 'unit-demand', [unit, unit]);
    expect(share(map, 2)).toBe(0);
    expect(share(map, -1)).toBeCloseTo(single ** 2, 2);
  });

  it('on other intervals', () => {
    const map = takenMap(menu, 'additive', [
      { from: 4, to: 16 },
      { from: 4, to: 7 },
    ]);
    expect(map.cells.every((label) => label === 2)).toBe(true);
    expect(map.x).toMatchObject({ from: 4, to: 16 });
  });
});

describe('the interval of values', () => {
  const buyers = (values: readonly number[]): Bidders => ({
    kind: 'additive',
    items: 2,
    count: values.length / 2,
    values: Float32Array.from(values),
  });

  it('is that of the buyers, to the next round number', () => {
    expect(valueRanges(buyers([0.0004, 4.001, 0.9997, 15.996]))).toEqual([
      { from: 0, to: 1 },
      { from: 4, to: 16 },
    ]);
  });

  it('is never empty', () => {
    const [first] = valueRanges(buyers([0.5, 0.5])) ?? [];
    expect(first?.to).toBeGreaterThan(first?.from ?? Infinity);
  });

  it('there is none of three items', () => {
    expect(valueRanges({ kind: 'additive', items: 3, count: 1, values: new Float32Array(3) })).toBeNull();
  });
});
