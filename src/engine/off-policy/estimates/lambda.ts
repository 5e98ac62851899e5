/** How much weights are shrunk, chosen from the log itself. */
import type { OpeSettings } from '../../../shared/ope.ts';
import { estimateOf, mean, partsOf, weightsOf, type OpeEstimator } from './estimators.ts';
import { bernstein, termRanges, type TermRange } from './intervals.ts';
import type { JudgedLog } from './judge.ts';

export type LambdaChoice = NonNullable<OpeSettings['chooseLambda']>;

/** Confidence of the bound on the bias. */
const MISSES = 0.05;

export function chooseLambda(
  estimator: OpeEstimator,
  judged: JudgedLog,
  how: LambdaChoice,
  reward: TermRange,
): number | null {
  const { shrinkage } = estimator;
  if (shrinkage === null) return null;
  return how === 'mse'
    ? leastError(estimator, judged, shrinkage.grid)
    : slope(estimator, judged, shrinkage.grid, reward);
}

/**
 * The least variance plus squared bound on the bias. The bias is estimated as the mean of what shrinking took away, to which what
 * chance may hide is added, the same for every lambda (Su, Dimakopoulou, Krishnamurthy, Dudik, "Doubly robust off-policy evaluation with shrinkage", ICML
 * 2020, section 5).
 */
function leastError(estimator: OpeEstimator, judged: JudgedLog, grid: readonly number[]): number {
  const weights = weightsOf(estimator, judged);
  const log = Math.log(2 / MISSES);
  const square = mean(weights.map((weight) => weight * weight));
  const largest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  const chance = Math.sqrt((2 * square * log) / judged.rounds) + (2 * largest * log) / (3 * judged.rounds);
  const whole = estimateOf(partsOf(estimator, judged, null));
  const errorOf = (lambda: number) => {
    const { value, standardError } = estimateOf(partsOf(estimator, judged, lambda));
    const bias = Math.abs(value - whole.value) + chance;
    return standardError ** 2 + bias ** 2;
  };
  return leastOf(grid, errorOf);
}

function leastOf(grid: readonly number[], errorOf: (lambda: number) => number): number {
  let [best, least] = [grid[0]!, Infinity];
  for (const lambda of grid) {
    const error = errorOf(lambda);
    if (error < least) [best, least] = [lambda, error];
  }
  return best;
}

/**
 * The most shrinkage whose interval still meets that of every weaker one (Su, Srinath, Krishnamurthy, "Adaptive estimator selection
 * for off-policy evaluation", ICML 2020, SLOPE), with empirical Bernstein bounds as intervals.
 */
function slope(
  estimator: OpeEstimator,
  judged: JudgedLog,
  grid: readonly number[],
  reward: TermRange,
): number {
  const ranges = termRanges(
    grid.map((lambda) => ({ estimator, lambda })),
    judged,
    reward,
  );
  const weaker: { value: number; half: number }[] = [];
  let chosen = grid[0]!;
  for (const [i, lambda] of grid.entries()) {
    const estimate = estimateOf(partsOf(estimator, judged, lambda));
    const { value } = estimate;
    const half = bernstein(estimate, ranges[i]!).high - value;
    const meets = weaker.every(
      (other) => Math.abs(value - other.value) <= half + (Math.sqrt(6) - 1) * other.half,
    );
    if (!meets) break;
    chosen = lambda;
    weaker.push({ value, half });
  }
  return chosen;
}
