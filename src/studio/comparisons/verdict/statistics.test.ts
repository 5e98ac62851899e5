/** The statistics of a verdict against SciPy, statsmodels and enumeration: test/golden/verdict.py. */
import padjust from '@stdlib/stats-padjust';
import { describe, expect, it } from 'vitest';
import golden from '../../../../test/golden/verdict.json' with { type: 'json' };
import { improvementOf, testIndependent, testPaired } from './paired-tests.ts';
import { powerOf, seedsNeeded, type Design } from './seeds-needed.ts';
import { leastSignedRankP, signedRankP } from './signed-rank.ts';

const { margin } = golden;

function expectClose(found: readonly (number | null)[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 9);
}

describe.each(Object.entries(golden.rows))('%s', (_name, row) => {
  const { a, b } = row;
  const differences = a.map((value, i) => value - b[i]!);

  it('paired t: p, interval, equivalence', () => {
    const { p, low, high, equivalenceP } = testPaired(differences, 't', margin);
    expectClose([p, low, high], row.paired);
    expect(equivalenceP).toBeCloseTo(row.equivalencePaired, 9);
  });

  it("Welch's: p, interval, equivalence", () => {
    const { p, low, high, equivalenceP } = testIndependent(a, b, margin);
    expectClose([p, low, high], row.welch);
    expect(equivalenceP).toBeCloseTo(row.equivalenceWelch, 9);
  });

  it('exact signed ranks', () => {
    expect(testPaired(differences, 'wilcoxon', null).p).toBeCloseTo(row.signedRank, 12);
  });

  it('probability of improvement', () => {
    expect(improvementOf(a, b, 'maximize')).toBeCloseTo(row.improvement, 12);
    expect(improvementOf(a, b, 'minimize')).toBeCloseTo(1 - row.improvement, 12);
  });
});

it.each(
  Object.entries(golden.rows).flatMap(([name, { a, b, bootstrapT }]) =>
    bootstrapT === null ? [] : [{ name, a, b, bootstrapT }],
  ),
)('bootstrap-t over all resamples: $name', ({ a, b, bootstrapT }) => {
  const { low, high } = testPaired(
    a.map((value, i) => value - b[i]!),
    'bootstrap-t',
    null,
  );
  expectClose([low, high], bootstrapT);
});

it('drawn resamples give an interval near that of Student where differences are normal, the same every time', () => {
  // Quantiles of the normal law.
  const differences = Array.from({ length: 30 }, (_, i) => 0.2 + Math.log((i + 0.7) / (30 - i - 0.3)));
  const student = testPaired(differences, 't', null);
  const bootstrapped = testPaired(differences, 'bootstrap-t', null);
  expect(bootstrapped).toEqual(testPaired(differences, 'bootstrap-t', null));
  const width = student.high! - student.low!;
  expect(Math.abs(bootstrapped.low! - student.low!) / width).toBeLessThan(0.1);
  expect(Math.abs(bootstrapped.high! - student.high!) / width).toBeLessThan(0.1);
});

it.each(golden.tied)('ranks of $differences', ({ differences, p }) => {
  expect(signedRankP(differences)).toBeCloseTo(p, 12);
});

it('seeds without a value are ranked worst, and have no mean', () => {
  const tested = testPaired([1, 2, -Infinity, 0.5], 't', null);
  expect(tested).toEqual({
    difference: null,
    low: null,
    high: null,
    p: signedRankP([1, 2, -4, 0.5]),
    effect: null,
    equivalenceP: null,
  });
});

it('differences without spread are told, or there are none', () => {
  expect(testPaired([0, 0, 0], 't', 0.1)).toMatchObject({
    p: 1,
    low: 0,
    high: 0,
    effect: null,
    equivalenceP: 0,
  });
  expect(testPaired([0.25, 0.25], 't', 0.1)).toMatchObject({ p: 0, low: 0.25, equivalenceP: 1 });
  expect(testPaired([0.25], 't', null)).toMatchObject({ difference: 0.25, p: null, low: null });
  expect(testPaired([], 't', null).difference).toBeNull();
});

it.each(golden.holm)('Holm: $p', ({ p, adjusted }) => {
  expectClose(padjust(p, 'holm'), adjusted);
});

it.each(golden.power)('power: $design, effect $effect, level $level, n $n', (one) => {
  expect(powerOf(one.design as Design, one.effect, one.n, one.level)).toBeCloseTo(one.power, 6);
});

it.each(golden.needed)('seeds needed: $design, effect $effect', ({ design, effect, n }) => {
  expect(seedsNeeded(design as Design, effect, 0.05)).toBe(Math.ceil(n));
});

it('no plan needs more than a thousand seeds', () => {
  expect(seedsNeeded('paired', 0.01, 0.05)).toBeNull();
});

it.each([
  [3, 0.25],
  [5, 0.0625],
  [6, 0.03125],
])('%i seeds cannot give a smaller p by ranks than %d', (pairs, p) => {
  expect(leastSignedRankP(pairs)).toBe(p);
  expect(signedRankP(Array.from({ length: pairs }, (_, i) => 1 + i))).toBe(p);
});
