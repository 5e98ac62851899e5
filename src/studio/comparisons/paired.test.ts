import { expect, it } from 'vitest';
import { welch } from './paired.ts';

it("Welch's interval agrees with a published example", () => {
  const a = [30.02, 29.99, 30.11, 29.97, 30.01, 29.99];
  const b = [29.89, 29.93, 29.72, 29.98, 30.02, 29.98];
  // Wikipedia, "Student's t-test", worked example, unequal variances: difference 0.095, error 0.04849, 7.031 degrees of freedom.
  const { n, mean, halfWidth } = welch(a, b)!;
  expect([n, mean]).toEqual([6, expect.closeTo(0.095, 10)]);
  expect(halfWidth! / 0.04849).toBeCloseTo(2.363, 2);
  expect(welch([1], [2, 3])).toEqual({ n: 1, mean: -1.5, halfWidth: null });
  expect(welch([], [1])).toBeNull();
  expect(welch([1, 1], [0, 0])).toEqual({ n: 2, mean: 1, halfWidth: 0 });
});
