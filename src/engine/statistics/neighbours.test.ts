import { expect, it } from 'vitest';
import { cosines, largest } from './neighbours.ts';

it('cosines of right-angled triangles, of opposites, and of the zero vector', () => {
  const rows = [3, 4, 4, 3, -3, -4, -4, 3, 0, 0, 6, 8];
  expect([...cosines(rows, [3, 4])]).toEqual([
    1,
    expect.closeTo(24 / 25, 15),
    -1,
    expect.closeTo(0, 15),
    0,
    1,
  ]);
  expect([...cosines(rows.slice(0, 4), [0, 0])]).toEqual([0, 0]);
});

it('the largest come first, and those that are equal in their order', () => {
  expect(largest([1, 5, 3, 5], 3)).toEqual([1, 3, 2]);
  expect(largest(Float32Array.of(2, 1), 5)).toEqual([0, 1]);
});
