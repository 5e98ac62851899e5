import { describe, expect, it } from 'vitest';
import {
  alongFrom,
  countNonFinite,
  dataRows,
  nearestPlace,
  placeAt,
  rowsAsText,
  valueAt,
  type ChartLine,
} from './chart-data.ts';

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

describe('the point under the crosshair', () => {
  const lines = [line, { xs: [5, 40], ys: [1, 2] }];

  it.each([
    [-3, null, 0],
    [3, 0, 5],
    [7, 5, 5],
    [17, 10, 20],
    [99, 40, 40],
  ])('at %d has the values of %s, and %d is the nearest', (x, place, nearest) => {
    expect(placeAt(lines, x)).toBe(place);
    expect(nearestPlace(lines, x)).toBe(nearest);
  });

  it.each([
    [10, 1, 20],
    [10, -1, 5],
    [20, 12, 40],
    [40, 5, 40],
    [0, -5, 0],
    [17, 1, 20],
    [17, -1, 10],
  ])('from %d by %d goes to %d', (x, by, to) => expect(alongFrom(lines, x, by)).toBe(to));
});

describe('what is not finite', () => {
  const drawn = { id: '', label: '', color: '', dash: [], width: 1, opacity: 1, listed: true, note: '' };

  it('is counted among all stored points where that is known', () => {
    expect(countNonFinite([{ ...line, ...drawn }])).toBe(1);
    expect(
      countNonFinite([
        { ...line, ...drawn, nonFinite: 15 },
        { ...line, ...drawn },
      ]),
    ).toBe(16);
  });
});

const base = { color: '', dash: [], width: 1, opacity: 1, listed: true, note: '' };
const lines: readonly ChartLine[] = [
  { ...base, id: 'a', label: 'A', xs: [0, 10, 20], ys: [0.1 + 0.2, Number.NaN, 3] },
  { ...base, id: 'b', label: 'B', xs: [10, 30], ys: [-1, 1e-9] },
];

it('puts the steps of all lines in order, within the span', () => {
  expect(dataRows(lines, { from: 5, to: 25 })).toEqual([
    { step: 10, values: [Number.NaN, -1] },
    { step: 20, values: [3, undefined] },
  ]);
});

it('copies every digit, and nothing where there is no point', () => {
  const rows = dataRows(lines, { from: 0, to: 30 });
  expect(rowsAsText('Step', lines, rows)).toBe(
    'Step\tA\tB\n0\t0.30000000000000004\t\n10\tNaN\t-1\n20\t3\t\n30\t\t1e-9',
  );
});
