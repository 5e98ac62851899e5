/** Intervals of estimates of a policy's value. */
import type { Key } from '../../random/key.ts';
import { fold } from '../../random/key.ts';
import { threefryFill } from '../../random/threefry.ts';
import type { JudgedLog, Possible } from './judge.ts';
import { shrunk, type Estimate, type OpeEstimator, type Parts } from './estimators.ts';

export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** Share of the intervals that miss. */
const MISSES = 0.05;
/** Units that a resample draws: beyond, blocks of consecutive rounds, which keep what neighbours have in common. */
const MOST_UNITS = 20_000;

/**
 * Percentile bootstrap (Efron, Tibshirani, "An introduction to the bootstrap", 1993, chapter 13) of several estimates from the same
 * resamples, in the order of `all`. A self-normalised one is its quotient in every resample.
 */
export function bootstrap(all: readonly Parts[], key: Key, resamples: number): Bounds[] {
  const rounds = all[0]?.base.length ?? 0;
  const size = Math.ceil(rounds / MOST_UNITS);
  const units = Math.ceil(rounds / size);
  // Of each unit: the rounds, then of each estimate what is added and what divides.
  const width = 1 + 3 * all.length;
  const sums = new Float64Array(units * width);
  for (let n = 0; n < rounds; n++) {
    const at = Math.floor(n / size) * width;
    sums[at]! += 1;
    all.forEach(({ base, numerator, denominator }, i) => {
      sums[at + 1 + 3 * i]! += base[n]!;
      sums[at + 2 + 3 * i]! += numerator[n]!;
      sums[at + 3 + 3 * i]! += denominator === null ? 1 : denominator[n]!;
    });
  }
  const words = new Uint32Array(2 * Math.ceil(units / 2));
  const total = new Float64Array(width);
  const values = all.map(() => new Float64Array(resamples));
  for (let b = 0; b < resamples; b++) {
    threefryFill(words, fold(key, b).words, [0, 0]);
    total.fill(0);
    for (let u = 0; u < units; u++) {
      const at = Math.floor((words[u]! / 2 ** 32) * units) * width;
      for (let i = 0; i < width; i++) total[i]! += sums[at + i]!;
    }
    values.forEach((of, i) => {
      const [base, numerator, denominator] = [total[1 + 3 * i]!, total[2 + 3 * i]!, total[3 + 3 * i]!];
      // A resample without any weight says what a log without any weight would: nothing is corrected.
      of[b] = base / total[0]! + (denominator === 0 ? 0 : numerator / denominator);
    });
  }
  return values.map((of) => {
    of.sort();
    return { low: quantile(of, MISSES / 2), high: quantile(of, 1 - MISSES / 2) };
  });
}

/** @param sorted at least one number */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const [low, high] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  return low + (at - below) * (high - low);
}

/** What the term of one round can be. */
export interface TermRange extends Bounds {
  /** False: only the items that were shown were looked at, or only the rewards that came. */
  readonly isKnown: boolean;
}

/** An estimator with what it shrinks weights by. */
export interface Shrunk {
  readonly estimator: OpeEstimator;
  readonly lambda: number | null;
}

/**
 * The smallest and largest term of each that any reward of the range would give, for any item that the log could have shown. A
 * term is linear in the reward, so the ends of the range are enough.
 */
export function termRanges(all: readonly Shrunk[], judged: JudgedLog, reward: TermRange): TermRange[] {
  const { model, categoryWeights, weights, possible } = judged;
  const lows = all.map(() => Infinity);
  const highs = all.map(() => -Infinity);
  const see = (n: number, item: Possible) => {
    all.forEach(({ estimator, lambda }, i) => {
      const weight = estimator.weights === 'categories' ? item.categoryWeight : item.weight;
      const g = estimator.weights === null ? 0 : shrunk(estimator, weight, lambda);
      const direct = estimator.direct ? (model?.direct[n] ?? 0) : 0;
      const expected = estimator.direct ? item.model : 0;
      lows[i] = Math.min(lows[i]!, direct + g * (reward.low - expected));
      highs[i] = Math.max(highs[i]!, direct + g * (reward.high - expected));
    });
  };
  for (let n = 0; n < judged.rounds; n++) {
    if (possible !== null) possible(n, (item) => see(n, item));
    else {
      const categoryWeight = categoryWeights?.[n] ?? 0;
      see(n, { weight: weights[n]!, categoryWeight, model: model?.shown[n] ?? 0 });
    }
  }
  const isKnown = reward.isKnown && possible !== null;
  return all.map((_, i) => ({ low: lows[i]!, high: highs[i]!, isKnown }));
}

/**
 * Empirical Bernstein bound, to both sides: it holds for any number of independent rounds, given the contexts, if the terms are
 * within the range (Maurer, Pontil, "Empirical Bernstein bounds and sample variance penalization", COLT 2009, theorem 11).
 */
export function bernstein({ value, standardError, terms }: Estimate, range: Bounds): Bounds {
  const n = terms.length;
  // Half of the misses to each side.
  const log = Math.log(4 / MISSES);
  const half = standardError * Math.sqrt(2 * log) + (7 * (range.high - range.low) * log) / (3 * (n - 1));
  return { low: value - half, high: value + half };
}
