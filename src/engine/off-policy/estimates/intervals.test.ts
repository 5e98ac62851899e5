import { describe, expect, it } from 'vitest';
import {
  drawLog,
  policyOf,
  shape,
  success,
  valueOf,
  wrongModel,
} from '../../../../test/support/off-policy/small-log.ts';
import type { OpeEstimatorName } from '../../../shared/ope.ts';
import { rootKey } from '../../random/key.ts';
import { diagnose } from './diagnostics.ts';
import { estimateOf, findOpeEstimator, partsOf } from './estimators.ts';
import { bernstein, bootstrap, termRanges } from './intervals.ts';
import { judge } from './judge.ts';

const names: readonly OpeEstimatorName[] = ['ipw', 'snipw', 'dr', 'sndr'];
const estimators = names.map(findOpeEstimator);
const rewards = { low: 0, high: 1, isKnown: true };

function judgedOf(seed: number, rounds: number, log = drawLog(rootKey(seed), rounds)) {
  return judge({
    rounds: log,
    shape,
    categories: null,
    policy: policyOf([...log.context]),
    propensity: log.propensity!,
    model: () => wrongModel,
  });
}

describe('over 400 logs of 240 rounds', () => {
  const value = valueOf(success);
  const LOGS = 400;
  const found = Array.from({ length: LOGS }, (_, seed) => {
    const judged = judgedOf(seed, 240);
    const all = estimators.map((estimator) => partsOf(estimator, judged, null));
    const ranges = termRanges(
      estimators.map((estimator) => ({ estimator, lambda: null })),
      judged,
      rewards,
    );
    return {
      bootstrap: bootstrap(all, rootKey(seed), 300),
      bernstein: all.map((parts, i) => bernstein(estimateOf(parts), ranges[i]!)),
    };
  });
  const covered = (of: 'bootstrap' | 'bernstein', i: number) =>
    found.filter((one) => one[of][i]!.low <= value && value <= one[of][i]!.high).length / LOGS;

  // 95 % of 400 is known to 1.1 %; a percentile interval of skewed weights misses some percent more.
  it.each(names.map((name, i) => [name, i] as const))(
    'the bootstrap interval of %s holds the value nearly as often as it says',
    (_, i) => {
      expect(covered('bootstrap', i)).toBeGreaterThan(0.9);
      expect(covered('bootstrap', i)).toBeLessThan(0.99);
    },
  );

  // A bound that fails for 5 % at most fails for more than 8.3 % of 400 logs with probability 0.2 %; it is far from that.
  it.each([
    ['ipw', 0],
    ['dr', 2],
  ] as const)('the bound of %s holds at least as often as it says', (_, i) => {
    expect(covered('bernstein', i)).toBeGreaterThan(0.95);
  });
});

// Five standard errors of a share of 0.5 over 4000 logs are 0.04, of 0.05 they are 0.017; the weights here are skewed besides.
it('of right propensities, the p-value of the mean weight is uniform but for a tail', () => {
  const ps = Array.from({ length: 4000 }, (_, seed) => {
    const log = drawLog(rootKey(seed), 240);
    const propensities = { kind: 'logged', calibrationError: null } as const;
    return diagnose(judgedOf(seed, 240, log), log, propensities, rewards).meanWeightP;
  });
  const below = (p: number) => ps.filter((one) => one < p).length / ps.length;
  expect(Math.abs(below(0.5) - 0.5)).toBeLessThan(0.04);
  expect(Math.abs(below(0.05) - 0.05)).toBeLessThan(0.02);
  expect(below(0.001)).toBeLessThan(0.01);
});

describe('the bootstrap', () => {
  const judged = judgedOf(3, 300);
  const all = estimators.map((estimator) => partsOf(estimator, judged, null));

  it('is the same for the same key, and another for another', () => {
    const once = bootstrap(all, rootKey(1), 200);
    expect(bootstrap(all, rootKey(1), 200)).toEqual(once);
    expect(bootstrap(all, rootKey(2), 200)).not.toEqual(once);
  });

  it('does not depend on which estimates it goes with', () => {
    expect(bootstrap([all[1]!], rootKey(1), 200)[0]).toEqual(bootstrap(all, rootKey(1), 200)[1]);
  });

  it('draws blocks where rounds are many, and is as wide as two standard errors to each side', () => {
    const many = judgedOf(9, 60_000);
    const parts = partsOf(findOpeEstimator('snipw'), many, null);
    const { value, standardError } = estimateOf(parts);
    const [{ low, high } = { low: NaN, high: NaN }] = bootstrap([parts], rootKey(4), 1000);
    // Quantiles of 1000 resamples are known to some 5 %.
    expect((high - value) / (1.96 * standardError)).toBeCloseTo(1, 0.5);
    expect((value - low) / (1.96 * standardError)).toBeCloseTo(1, 0.5);
  });
});

describe('the range of a term', () => {
  const judged = judgedOf(2, 30);
  const rangeOf = (name: OpeEstimatorName, lambda: number | null = null) =>
    termRanges([{ estimator: findOpeEstimator(name), lambda }], judged, rewards)[0]!;

  it('is the largest weight of any item that could have been shown, times the largest reward', () => {
    // Context 0, item 2: 0.7 / 0.1.
    expect(rangeOf('ipw')).toEqual({ low: 0, high: 0.7 / 0.1, isKnown: true });
    expect(rangeOf('ipw', 2)).toEqual({ low: 0, high: 2, isKnown: true });
  });

  it('of dr holds every term that came', () => {
    const { low, high } = rangeOf('dr');
    const { terms } = estimateOf(partsOf(findOpeEstimator('dr'), judged, null));
    expect(Math.min(...terms)).toBeGreaterThanOrEqual(low);
    expect(Math.max(...terms)).toBeLessThanOrEqual(high);
  });

  it('is not known where the log says only the propensities of what it showed', () => {
    const found = termRanges(
      [{ estimator: findOpeEstimator('ipw'), lambda: null }],
      { ...judged, possible: null },
      rewards,
    )[0]!;
    expect(found.isKnown).toBe(false);
    expect(found.high).toBe(Math.max(...judged.weights));
  });
});

it('is the formula of Maurer and Pontil, theorem 11, with 2.5 % to each side', () => {
  const terms = Float64Array.of(0, 1, 1, 0, 1);
  const parts = { base: terms, numerator: new Float64Array(5), denominator: null };
  const { low, high } = bernstein(estimateOf(parts), { low: 0, high: 1 });
  const variance = 0.3;
  const half = Math.sqrt((2 * variance * Math.log(80)) / 5) + (7 * Math.log(80)) / (3 * 4);
  expect(high).toBeCloseTo(0.6 + half, 12);
  expect(low).toBeCloseTo(0.6 - half, 12);
});
