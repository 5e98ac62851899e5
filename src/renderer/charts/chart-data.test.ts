import { describe, expect, it } from 'vitest';
import { countNotPositive, extentOf, valueAt } from './chart-data.ts';

const line = { xs: [0, 10, 20], ys: [1, -2, Number.NaN] };

describe('valueAt', () => {
  it.each([
    [-1, undefined],
    [0, 1],
    [9.9, 1],
    [10, -2],
    [19, -2],
  ])('at %d it is %d', (x, value) => expect(valueAt(line, x)).toBe(value));

  it('is not a number where the series has none, and undefined in an empty one', () => {
    expect(valueAt(line, 25)).toBeNaN();
    expect(valueAt({ xs: [], ys: [] }, 3)).toBeUndefined();
  });
});

it('the extent spans all lines, and is never empty', () => {
  expect(extentOf([line, { xs: [5, 40], ys: [0, 0] }])).toEqual({ from: 0, to: 40 });
  expect(extentOf([{ xs: [7], ys: [0] }])).toEqual({ from: 7, to: 8 });
  expect(extentOf([{ xs: [], ys: [] }])).toBeNull();
});

it('counts what a log axis cannot show', () => {
  expect(countNotPositive([line, { xs: [1], ys: [0] }])).toBe(2);
});
