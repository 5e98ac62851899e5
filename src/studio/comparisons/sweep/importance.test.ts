import { expect, it } from 'vitest';
import { sobolPoints } from '../../../shared/sweep/sobol.ts';
import { importanceOf } from './importance.ts';

const points = sobolPoints(3, [1, 2, 3]);
const rows = Array.from({ length: 64 }, () => points.next().value);

it('is large of what the metric depends on, smaller of what it depends on less, and none of the rest', () => {
  const [first, second, third] = importanceOf(
    rows,
    rows.map(([a, b]) => Math.sin(5 * a!) + 0.5 * b!),
  )!;
  expect(first!.importance).toBeGreaterThan(2 * second!.importance);
  expect(second!.low).toBeGreaterThan(0);
  expect(third!.importance).toBeLessThan(0.05);
  expect(first!.low).toBeLessThan(first!.importance);
  expect(first!.importance).toBeLessThan(first!.high);
});

it('is the same each time, and none of few trials or of one value', () => {
  const values = rows.map(([a]) => a!);
  expect(importanceOf(rows, values)).toEqual(importanceOf(rows, values));
  expect(importanceOf(rows.slice(0, 9), values.slice(0, 9))).toBeNull();
  expect(
    importanceOf(
      rows,
      rows.map(() => 1),
    ),
  ).toBeNull();
});
