import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxesOf, edgesOf, regionsOf, type LabelGrid } from './regions.ts';

const gridOf = (across: number, cells: number[]): LabelGrid => ({
  across,
  up: cells.length / across,
  cells,
});

/** Rows from the top, as they are drawn. */
const drawn = (...rows: string[]) =>
  gridOf(
    rows[0]?.length ?? 0,
    rows.toReversed().flatMap((row) => Array.from(row, Number)),
  );

const arbitraryMap = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
  .chain(([across, up]) =>
    fc
      .array(fc.integer({ min: -1, max: 2 }), { minLength: across * up, maxLength: across * up })
      .map((cells) => gridOf(across, cells)),
  );

describe('regions', () => {
  const map = drawn('11122', '11122', '11122', '00022', '00022');

  it('have their share, the largest first', () => {
    expect(regionsOf(map, 8).map(({ label, share }) => [label, share])).toEqual([
      [2, 0.4],
      [1, 0.36],
      [0, 0.24],
    ]);
  });

  it('that touch differ in colour', () => {
    expect(new Set(regionsOf(map, 8).map(({ color }) => color)).size).toBe(3);
    expect(regionsOf(drawn('121', '121', '121'), 2).map(({ color }) => color)).toEqual([0, 1]);
  });

  it('have most room at their anchor', () => {
    const one = regionsOf(map, 8).find(({ label }) => label === 1);
    expect(one).toMatchObject({ anchor: { x: 1.5, y: 3.5 }, room: 1.5 });
  });

  it('hold their anchor', () => {
    fc.assert(
      fc.property(arbitraryMap, (any) => {
        for (const { label, anchor } of regionsOf(any, 8)) {
          expect(any.cells[Math.floor(anchor.y) * any.across + Math.floor(anchor.x)]).toBe(label);
        }
      }),
      { seed: 20261121 },
    );
  });
});

it('boxes cover every cell once, with its label', () => {
  fc.assert(
    fc.property(arbitraryMap, (map) => {
      const cells = new Array<number | null>(map.cells.length).fill(null);
      for (const { label, x, y, right, top } of boxesOf(map)) {
        for (let row = y; row < top; row++) {
          for (let column = x; column < right; column++) {
            expect(cells[row * map.across + column]).toBeNull();
            cells[row * map.across + column] = label;
          }
        }
      }
      expect(cells).toEqual(map.cells);
    }),
    { seed: 20261121 },
  );
  expect(boxesOf(drawn('111', '111', '222'))).toHaveLength(2);
});

it('edges lie between different labels, each as one line', () => {
  expect(edgesOf(drawn('112', '112', '000'))).toEqual([
    { x: 2, right: 2, y: 1, top: 3 },
    { x: 0, right: 3, y: 1, top: 1 },
  ]);
});

it('edges of a grid that is wider than high', () => {
  expect(edgesOf(drawn('1122', '1112'))).toEqual([
    { x: 2, right: 2, y: 1, top: 2 },
    { x: 3, right: 3, y: 0, top: 1 },
    { x: 2, right: 3, y: 1, top: 1 },
  ]);
});
