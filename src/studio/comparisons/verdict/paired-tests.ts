/** What is known of the difference of two rows of a comparison, by each test. */
import ttest from '@stdlib/stats-ttest';
import ttest2 from '@stdlib/stats-ttest2';
import type { VerdictTest } from '../../../shared/contract/verdict.ts';
import { mean } from '../../../shared/interval.ts';
import { sampleVariance } from '../../../shared/standard-error.ts';
import { bootstrapT } from './bootstrap-t.ts';
import { signedRankP } from './signed-rank.ts';

export interface Tested {
  /** Mean of the differences; null: some seed has no value, and a mean over the others says nothing. */
  readonly difference: number | null;
  /** Ends of its 95 % interval; null: there is none. */
  readonly low: number | null;
  readonly high: number | null;
  /** Two-sided; null with fewer than two values. */
  readonly p: number | null;
  /** The difference in standard deviations; null: unknown, or without spread. */
  readonly effect: number | null;
  /** p of a difference of at least the margin to either side (two one-sided t tests); null: no margin, or nothing is known. */
  readonly equivalenceP: number | null;
}

const UNKNOWN: Tested = {
  difference: null,
  low: null,
  high: null,
  p: null,
  effect: null,
  equivalenceP: null,
};

/** @param differences seed by seed; infinite ones stand for seeds of which one side has no value */
export function testPaired(
  differences: readonly number[],
  test: Exclude<VerdictTest, 'welch'>,
  margin: number | null,
): Tested {
  const n = differences.length;
  if (n === 0) return UNKNOWN;
  if (!differences.every(Number.isFinite)) return { ...UNKNOWN, p: n < 2 ? null : signedRankP(differences) };
  const difference = mean(differences);
  if (n < 2) return { ...UNKNOWN, difference };
  const deviation = deviationOf(differences);
  if (deviation === 0) {
    const p = difference === 0 ? 1 : test === 'wilcoxon' ? signedRankP(differences) : 0;
    return {
      difference,
      low: difference,
      high: difference,
      p,
      effect: null,
      equivalenceP: within(difference, margin),
    };
  }
  const sample = Float64Array.from(differences);
  const equivalenceP =
    margin === null
      ? null
      : Math.max(
          ttest(sample, { alternative: 'greater', mu: -margin }).pValue,
          ttest(sample, { alternative: 'less', mu: margin }).pValue,
        );
  const effect = difference / deviation;
  const student = ttest(sample);
  const [low, high] = student.ci as [number, number];
  switch (test) {
    case 't':
      return { difference, low, high, p: student.pValue, effect, equivalenceP };
    // Ranks give no interval of the mean: Student's stands beside them.
    case 'wilcoxon':
      return { difference, low, high, p: signedRankP(differences), effect, equivalenceP };
    case 'bootstrap-t':
      return { difference, ...bootstrapT(differences), effect, equivalenceP };
  }
}

/** Welch's test of two independent samples. Effect: in root mean squares of the two deviations. */
export function testIndependent(a: readonly number[], b: readonly number[], margin: number | null): Tested {
  if (a.length === 0 || b.length === 0 || ![...a, ...b].every(Number.isFinite)) return UNKNOWN;
  const difference = mean(a) - mean(b);
  if (a.length < 2 || b.length < 2) return { ...UNKNOWN, difference };
  const deviation = Math.sqrt((deviationOf(a) ** 2 + deviationOf(b) ** 2) / 2);
  if (deviation === 0)
    return {
      difference,
      low: difference,
      high: difference,
      p: difference === 0 ? 1 : 0,
      effect: null,
      equivalenceP: within(difference, margin),
    };
  const { pValue, ci } = ttest2([...a], [...b], { variance: 'unequal' });
  const [low, high] = ci as [number, number];
  const equivalenceP =
    margin === null
      ? null
      : Math.max(
          ttest2([...a], [...b], { variance: 'unequal', alternative: 'greater', difference: -margin }).pValue,
          ttest2([...a], [...b], { variance: 'unequal', alternative: 'less', difference: margin }).pValue,
        );
  return { difference, low, high, p: pValue, effect: difference / deviation, equivalenceP };
}

/** Of a difference without spread. */
function within(difference: number, margin: number | null): number | null {
  return margin === null ? null : Number(Math.abs(difference) >= margin);
}

/**
 * Chance that a run of the first row is better than one of the second, ties half: the Mann-Whitney statistic over all pairs.
 * Source: Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice", NeurIPS 2021, section 4.3.
 */
export function improvementOf(
  a: readonly number[],
  b: readonly number[],
  direction: 'maximize' | 'minimize',
) {
  const sign = direction === 'maximize' ? 1 : -1;
  const wins = a.map((own) =>
    mean(b.map((other) => (own === other ? 0.5 : Number(sign * (own - other) > 0)))),
  );
  return wins.length === 0 || b.length === 0 ? null : mean(wins);
}

function deviationOf(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(
    sampleVariance(
      values.length,
      values.reduce((sum, value) => sum + (value - centre) ** 2, 0),
    ),
  );
}
