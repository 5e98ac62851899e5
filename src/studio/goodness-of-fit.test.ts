import { expect, test } from 'vitest';
import { fit, independence } from './goodness-of-fit.ts';

test("Mendel's peas: Fisher's worked example", () => {
  // 315, 108, 101, 32 against 9:3:3:1. Fisher, "Statistical methods for research workers": chi-square 0.470 on 3 degrees.
  const result = fit([315, 108, 101, 32], [9 / 16, 3 / 16, 3 / 16, 1 / 16]).common!;
  expect(result.statistic).toBeCloseTo(0.47, 3);
  expect(result.degrees).toBe(3);
  expect(result.p).toBeCloseTo(0.9254, 4);
});

test('the table of quantiles: 5 % at 3.841 for one degree', () => {
  // 100 heads of 100 + d in 200: (d)^2 / 100 * 2 = 3.841
  const d = Math.sqrt(3.841 * 50);
  expect(fit([100 + d, 100 - d], [0.5, 0.5]).common!.p).toBeCloseTo(0.05, 4);
});

test('outcomes that are rare are one cell where that is not rare, and else have a test of their own', () => {
  expect(fit([250, 230, 10, 6, 4], [0.5, 0.46, 0.02, 0.01, 0.01]).common!.degrees).toBe(4);
  expect(fit([250, 230, 12, 4, 4], [0.5, 0.46, 0.024, 0.008, 0.008])).toMatchObject({
    common: { degrees: 3 },
    rare: undefined,
  });
  expect(fit([50, 46, 2, 1, 1], [0.5, 0.46, 0.02, 0.01, 0.01])).toMatchObject({
    common: { degrees: 1 },
    rare: { drawn: 4, expected: 4 },
  });
  expect(fit([3, 0], [1, 1e-11]).common).toBeUndefined();
});

test('the exact binomial test, from either side', () => {
  // scipy.stats.binomtest(3, 100, 0.01).pvalue and (0, 100, 0.03), SciPy 1.17.1.
  expect(fit([97, 3], [0.99, 0.01]).rare!.p).toBeCloseTo(0.07937320225218796, 12);
  expect(fit([100, 0], [0.97, 0.03]).rare!.p).toBeCloseTo(0.078780017356761, 12);
});

test('independence: a table that is a product of its margins, one that is not, and an empty row', () => {
  expect(
    independence([
      [10, 20],
      [30, 60],
    ]),
  ).toMatchObject({ statistic: 0, degrees: 1, p: 1 });
  expect(
    independence([
      [0, 0],
      [40, 10],
      [10, 40],
    ]),
  ).toMatchObject({ statistic: 36, degrees: 1 });
});
