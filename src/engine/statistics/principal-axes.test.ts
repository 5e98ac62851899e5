import { expect, it } from 'vitest';
import { principalAxes } from './principal-axes.ts';

/** Up to the sign of an axis, which is nobody's to choose. */
const lengths = (point: readonly number[]) => point.map(Math.abs);

it('points on a line lie on the first axis, at their distances from the mean', () => {
  // 5 units apart along (3, 4), around (1, 1).
  const { project, shares } = principalAxes([
    [-2, -3],
    [1, 1],
    [4, 5],
  ]);
  expect(shares).toEqual([expect.closeTo(1, 12), expect.closeTo(0, 12)]);
  expect(lengths(project([4, 5]))).toEqual([expect.closeTo(5, 12), expect.closeTo(0, 12)]);
  expect(lengths(project([1, 1]))).toEqual([expect.closeTo(0, 12), expect.closeTo(0, 12)]);
});

it('the shares are those of the variances, the largest first', () => {
  // Variances of 1/2, 2 and 9/2 along the coordinates, which are not correlated.
  const { project, shares } = principalAxes(
    [1, 2, 3].flatMap((size, axis) =>
      [size, -size].map((value) => [0, 0, 0].map((_, e) => (e === axis ? value * Math.sqrt(1.5) : 0))),
    ),
  );
  expect(shares).toEqual([expect.closeTo(9 / 14, 12), expect.closeTo(4 / 14, 12)]);
  expect(lengths(project([7, 5, -2]))).toEqual([expect.closeTo(2, 12), expect.closeTo(5, 12)]);
});

it('one coordinate, and points that are all the same, have a plane too', () => {
  expect(lengths(principalAxes([[1], [3]]).project([3]))).toEqual([expect.closeTo(1, 12), 0]);
  const { shares, project } = principalAxes([
    [2, 2],
    [2, 2],
  ]);
  expect(shares).toEqual([0, 0]);
  expect(lengths(project([2, 2]))).toEqual([0, 0]);
});
