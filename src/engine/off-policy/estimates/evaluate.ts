/** Off-policy evaluation of one policy by one log: estimates, intervals, what they rest on, and what to think of them. */
import { AppError } from '../../../shared/errors.ts';
import type { OpeEstimate, OpeResult, OpeSettings } from '../../../shared/ope.ts';
import type { Policy } from '../../core/capabilities.ts';
import { fold, rootKey } from '../../random/key.ts';
import type { LoggedItems, LoggedRounds } from '../logged-rounds.ts';
import { repeatedWords } from '../repeated-rows.ts';
import { crossFit, fitRewardModel, MOST_FITTED, type LogShape, type ModelOfRound } from '../reward-model.ts';
import { estimatedPropensities } from './behaviour-model.ts';
import { diagnose, warningsOf, type Propensities } from './diagnostics.ts';
import { estimateOf, findOpeEstimator, mean, partsOf, shrunk, weightsOf } from './estimators.ts';
import type { Estimate, OpeEstimator, Parts } from './estimators.ts';
import { bernstein, bootstrap, termRanges, type Bounds, type TermRange } from './intervals.ts';
import { categoriesOf, checkRounds, judge, type JudgedLog } from './judge.ts';
import { chooseLambda } from './lambda.ts';

/** A log as it is judged by. */
export interface OpeLog {
  /** As a reader would say it. */
  readonly source: string;
  readonly contextDimension: number;
  readonly contextNames: readonly string[];
  readonly items: LoggedItems;
  readonly positions: number;
  /** Rows of its file that are the same as an earlier one in every column. */
  readonly repeatedRows: number;
  /** The rounds that judge. */
  readonly judged: LoggedRounds;
  /** Rounds that a reward model may be fitted to besides; null: there are none. */
  readonly others: LoggedRounds | null;
}

/** Folds of a log that has no other rounds to fit to. */
const FOLDS = 5;

export function evaluatePolicy(
  log: OpeLog,
  policy: Policy,
  policyName: string,
  settings: OpeSettings,
): OpeResult {
  const { judged: rounds, items } = log;
  checkRounds(rounds, items);
  const shape = { contextDimension: log.contextDimension, items: items.count, positions: log.positions };
  const estimators = settings.estimators.map(findOpeEstimator);
  const { propensity, ...propensities } = propensitiesOf(rounds, shape, settings);
  const judged = judge({
    rounds,
    shape,
    categories: categoriesOf(items),
    policy,
    propensity,
    model: estimators.some(({ direct }) => direct) ? modelOf(log, shape, settings) : null,
  });
  const reward = rewardRange(rounds.reward, settings.rewardRange);
  const estimates = estimatesOf(estimators, judged, settings, reward);
  const repeated = repeatedWords(log.repeatedRows);
  const diagnostics = diagnose(judged, rounds, propensities, reward);
  return {
    log: log.source,
    policy: policyName,
    estimates,
    diagnostics,
    warnings: [...(repeated === null ? [] : [repeated]), ...warningsOf(diagnostics, estimates)],
    trueValue: judged.trueValue,
    loggedValue: mean(rounds.reward),
  };
}

function propensitiesOf(
  rounds: LoggedRounds,
  shape: LogShape,
  { estimatePropensities }: OpeSettings,
): Propensities & { readonly propensity: Float64Array } {
  if (rounds.propensity !== null) {
    return { propensity: rounds.propensity, kind: 'logged', calibrationError: null };
  }
  if (!estimatePropensities) {
    throw new AppError(
      'precondition',
      'the log does not give the probability with which each item was shown; name the column that does, or estimate the probabilities (estimatePropensities; in a terminal, --estimate-propensities)',
      { path: 'propensity' },
    );
  }
  const { propensity, calibrationError } = estimatedPropensities(rounds, shape);
  return { kind: 'estimated', propensity, calibrationError };
}

function modelOf({ judged, others }: OpeLog, shape: LogShape, { folds }: OpeSettings): ModelOfRound {
  if (folds === 1) {
    throw new AppError('validation', 'folds: expected 0 or at least 2, found 1; use 5', { path: 'folds' });
  }
  if (others === null || folds > 0) {
    return crossFit(judged, shape, folds > 0 ? folds : FOLDS, undefined, MOST_FITTED);
  }
  const model = fitRewardModel(others, shape, undefined, firstRounds(others));
  return () => model;
}

function firstRounds({ rounds }: LoggedRounds): Int32Array {
  return Int32Array.from({ length: Math.min(rounds, MOST_FITTED) }, (_, n) => n);
}

function rewardRange(rewards: Float64Array, given: readonly [number, number] | null): TermRange {
  const [seenLow, seenHigh] = rewards.reduce(
    ([low, high], reward) => [Math.min(low, reward), Math.max(high, reward)],
    [Infinity, -Infinity] as [number, number],
  );
  if (given !== null) {
    const [low, high] = given;
    if (low <= seenLow && high >= seenHigh) return { low, high, isKnown: true };
    throw new AppError(
      'validation',
      `reward range: expected one that holds all rewards, ${seenLow} to ${seenHigh}, found ${low} to ${high}; widen it`,
      { path: 'rewardRange' },
    );
  }
  if (rewards.every((reward) => reward === 0 || reward === 1)) return { low: 0, high: 1, isKnown: true };
  return { low: seenLow, high: seenHigh, isKnown: false };
}

interface Estimated {
  readonly estimator: OpeEstimator;
  readonly lambda: number | null;
  readonly lambdaBy: OpeEstimate['lambdaBy'];
  readonly parts: Parts;
  readonly estimate: Estimate;
}

function estimatesOf(
  estimators: readonly OpeEstimator[],
  judged: JudgedLog,
  settings: OpeSettings,
  reward: TermRange,
): OpeEstimate[] {
  refuseNoOverlap(estimators, judged);
  const found = estimators.map((estimator): Estimated => {
    const { lambda, lambdaBy } = lambdaOf(estimator, judged, settings, reward);
    const parts = partsOf(estimator, judged, lambda);
    return { estimator, lambda, lambdaBy, parts, estimate: estimateOf(parts) };
  });
  const { resamples, seed } = settings;
  const intervals: (Bounds | null)[] =
    resamples === 0
      ? found.map(() => null)
      : bootstrap(
          found.map(({ parts }) => parts),
          fold(rootKey(seed), 'bootstrap'),
          resamples,
        );
  const ranges = termRanges(found, judged, reward);
  return found.map(({ estimator, lambda, lambdaBy, estimate }, i) => {
    const { name, label, selfNormalised, weights } = estimator;
    const shrunkShare = shrunkShareOf(estimator, judged, lambda);
    const range = ranges[i]!;
    const unbiased = weights === 'items' && !selfNormalised && shrunkShare === 0;
    // A quotient has no such bound, and dm no correction that would tie it to the rewards.
    const bound = selfNormalised || weights === null ? null : bernstein(estimate, range);
    // The value of a policy is one of the rewards' means; what a biased estimate estimates need not be.
    const within = bound === null || !unbiased || !reward.isKnown ? bound : intersection(bound, reward);
    return {
      estimator: name,
      label,
      value: estimate.value,
      standardError: estimate.standardError,
      low: intervals[i]?.low ?? null,
      high: intervals[i]?.high ?? null,
      bernstein: within === null ? null : { ...within, rangeIsKnown: range.isKnown },
      unbiased,
      lambda: lambda === Infinity ? null : lambda,
      lambdaBy,
      shrunkShare,
    };
  });
}

function intersection(a: Bounds, b: Bounds): Bounds {
  return { low: Math.max(a.low, b.low), high: Math.min(a.high, b.high) };
}

/** Without a common item in any round there is nothing to weigh. */
function refuseNoOverlap(estimators: readonly OpeEstimator[], judged: JudgedLog): void {
  if (judged.weights.some((weight) => weight > 0)) return;
  const weighing = estimators.find(({ weights }) => weights !== null);
  if (weighing === undefined) return;
  throw new AppError(
    'precondition',
    `${weighing.name}: in no round of the log would the policy show the item that was shown, so nothing can be weighed; use dm alone, or check that policy and log name the same items`,
  );
}

function lambdaOf(
  estimator: OpeEstimator,
  judged: JudgedLog,
  settings: OpeSettings,
  reward: TermRange,
): Pick<Estimated, 'lambda' | 'lambdaBy'> {
  const { name, shrinkage } = estimator;
  const given = settings.lambdas[name];
  if (shrinkage === null) {
    if (given === undefined) return { lambda: null, lambdaBy: null };
    throw new AppError('validation', `lambda: ${name} has none; leave it out`, { path: 'lambdas' });
  }
  if (given !== undefined) {
    const lambda = given ?? shrinkage.grid[0]!;
    if (shrinkage.isAllowed(lambda)) return { lambda, lambdaBy: 'given' };
    throw new AppError(
      'validation',
      `lambda of ${name}: expected ${shrinkage.allowed}, found ${lambda}; correct it, or leave it out to have it chosen from the log`,
      { path: 'lambdas' },
    );
  }
  if (settings.chooseLambda === null && shrinkage.standard !== null) {
    return { lambda: shrinkage.standard, lambdaBy: 'standard' };
  }
  const how = settings.chooseLambda ?? 'mse';
  return { lambda: chooseLambda(estimator, judged, how, reward), lambdaBy: how };
}

function shrunkShareOf(estimator: OpeEstimator, judged: JudgedLog, lambda: number | null): number {
  if (estimator.weights === null) return 0;
  const weights = weightsOf(estimator, judged);
  const smaller = weights.filter((weight) => shrunk(estimator, weight, lambda) !== weight);
  return smaller.length / weights.length;
}
