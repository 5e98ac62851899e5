import { expect, it } from 'vitest';
import type { ChartLine } from './chart-data.ts';
import { dataRows, rowsAsText } from './data-rows.ts';

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
