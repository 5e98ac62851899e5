import { expect, it } from 'vitest';
import { meanOf, RunningMoments } from './running-moments.ts';

// Far from 0 a sum of squares would lose every digit.
const rows = [
  [1e9 + 1, 4],
  [1e9 + 3, -2],
  [1e9 + 8, 1],
];

function momentsOf(values: readonly number[][]): RunningMoments {
  const moments = new RunningMoments(2);
  for (const row of values) moments.add([0, ...row], 1);
  return moments;
}

it('has mean and variance of each coordinate', () => {
  const moments = momentsOf(rows);
  expect([...moments.mean]).toEqual([1e9 + 4, 1]);
  expect([...moments.variance()]).toEqual([13, 9]);
});

it('absorbs what another was given, in any order', () => {
  const both = momentsOf([]);
  both.absorb(momentsOf(rows.slice(2)));
  both.absorb(momentsOf([]));
  both.absorb(momentsOf(rows.slice(0, 2)));
  expect(both.count).toBe(3);
  expect([...both.mean]).toEqual([1e9 + 4, 1]);
  expect([...both.variance()]).toEqual([13, 9]);
});

it('one number has no variance, and a standard error of 0', () => {
  const one = new RunningMoments(1);
  one.add([7]);
  expect(one.variance()[0]).toBeNaN();
  expect(meanOf(one)).toEqual({ mean: 7, standardError: 0 });
  one.add([9]);
  expect(meanOf(one)).toEqual({ mean: 8, standardError: 1 });
});
