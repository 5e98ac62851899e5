/**
 * Rows over several problems: average ranks with the critical difference, and normalised scores.
 *
 * Sources: Demsar, "Statistical Comparisons of Classifiers over Multiple Data Sets", JMLR 7, 2006, section 3.2 (Friedman, Nemenyi);
 * Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice", NeurIPS 2021 (interquartile mean, stratified
 * bootstrap, performance profile, probability of improvement).
 */
import chiSquareCdf from '@stdlib/stats-base-dists-chisquare-cdf';
import rangeQuantile from '@stdlib/stats-base-dists-studentized-range-quantile';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { LEVEL } from '../../../shared/contract/verdict.ts';
import type { ProblemDescriptor } from '../../../shared/descriptor.ts';
import { mean } from '../../../shared/interval.ts';
import { improvementOf } from './paired-tests.ts';

/** One problem, or one preset of it. */
export interface RankTask {
  readonly label: string;
  readonly direction: ProblemDescriptor['direction'];
  /** Final values of its runs by row; null: a run that failed, which counts as the worst. */
  readonly values: ReadonlyMap<string, readonly (number | null)[]>;
}

export interface RankedRow {
  readonly row: string;
  /** 1 is the best of all rows. */
  readonly averageRank: number;
  /** In the order of the tasks; ties have the mean of their ranks. */
  readonly ranks: readonly number[];
  /** In the order of the tasks; null: a run failed. */
  readonly means: readonly (number | null)[];
  /** Interquartile mean of all normalised scores, with its 95 % interval. */
  readonly iqm: { readonly value: number; readonly low: number; readonly high: number };
  /** Chance that a run is better than one of another row, mean over tasks and rows. */
  readonly improvement: number;
  /** Share of runs with a normalised score of at least each of `thresholds`. */
  readonly profile: readonly number[];
}

export interface Ranking {
  readonly tasks: readonly string[];
  /** Best average rank first. */
  readonly rows: readonly RankedRow[];
  /** Average ranks that are less apart are not told apart (Nemenyi, 0.05). */
  readonly criticalDifference: number;
  /** p of all rows being alike (Friedman, by the chi-square law). */
  readonly friedmanP: number;
  readonly thresholds: readonly number[];
}

const RESAMPLES = 2000;
const SEED = 20_261_130;
const thresholds = Array.from({ length: 21 }, (_, i) => i / 20);

/** @param tasks two at least, with the same two or more rows in each */
export function rankingOf(tasks: readonly RankTask[]): Ranking {
  const names = [...tasks[0]!.values.keys()];
  const [k, n] = [names.length, tasks.length];
  const ranks = tasks.map((task) => ranksIn(task, names));
  const scores = tasks.map((task) => normalised(task, names));
  const rows = names.map((row, r): RankedRow => {
    const own = ranks.map((ofTask) => ofTask[r]!);
    const ownScores = scores.map((ofTask) => ofTask[r]!);
    return {
      row,
      averageRank: mean(own),
      ranks: own,
      means: tasks.map((task) => meanIn(task, row)),
      iqm: interquartileMean(ownScores),
      improvement: mean(
        tasks.flatMap((task) =>
          names.filter((name) => name !== row).map((other) => improvementIn(task, row, other)),
        ),
      ),
      profile: thresholds.map((threshold) =>
        mean(ownScores.flat().map((score) => Number(score >= threshold))),
      ),
    };
  });
  return {
    tasks: tasks.map(({ label }) => label),
    rows: rows.toSorted((a, b) => a.averageRank - b.averageRank),
    criticalDifference: criticalDifference(k, n),
    friedmanP: friedmanP(ranks),
    thresholds,
  };
}

/** Demsar, equation after table 5. */
export function criticalDifference(rows: number, tasks: number): number {
  const q = rangeQuantile(1 - LEVEL, rows, Infinity) / Math.SQRT2;
  return q * Math.sqrt((rows * (rows + 1)) / (6 * tasks));
}

/** With the correction for ties. @param ranks by task, of each row */
function friedmanP(ranks: readonly (readonly number[])[]): number {
  const n = ranks.length;
  const k = ranks[0]!.length;
  const sums = ranks[0]!.map((_, r) => ranks.reduce((sum, ofTask) => sum + ofTask[r]!, 0));
  const ties = ranks
    .flatMap((ofTask) => [...Map.groupBy(ofTask, (rank) => rank).values()])
    .reduce((sum, { length }) => sum + length ** 3 - length, 0);
  const correction = 1 - ties / (n * k * (k * k - 1));
  if (correction === 0) return 1;
  const squares = sums.reduce((sum, rank) => sum + rank * rank, 0);
  const statistic = ((12 / (n * k * (k + 1))) * squares - 3 * n * (k + 1)) / correction;
  return 1 - chiSquareCdf(statistic, k - 1);
}

function meanIn({ values }: RankTask, row: string): number | null {
  const own = values.get(row) ?? [];
  return own.includes(null) || own.length === 0 ? null : mean(own as readonly number[]);
}

function ranksIn(task: RankTask, names: readonly string[]): readonly number[] {
  const sign = task.direction === 'maximize' ? 1 : -1;
  const means = names.map((name) => {
    const own = meanIn(task, name);
    return own === null ? -Infinity : sign * own;
  });
  return means.map((own) => {
    const better = means.filter((other) => other > own).length;
    const equal = means.filter((other) => other === own).length;
    return better + (equal + 1) / 2;
  });
}

/**
 * Scores of every run of each row: 0 at the worst mean of the problem's rows, 1 at the best, cut to that range, as a problem
 * whose runs lie far apart must not outweigh the others. A failed run scores 0.
 */
function normalised(task: RankTask, names: readonly string[]): readonly (readonly number[])[] {
  const means = names.flatMap((name) => meanIn(task, name) ?? []);
  const [low, high] = [Math.min(...means), Math.max(...means)];
  const [worst, best] = task.direction === 'maximize' ? [low, high] : [high, low];
  return names.map((name) =>
    (task.values.get(name) ?? []).map((value) => {
      if (value === null) return 0;
      if (best === worst) return 1;
      return Math.min(1, Math.max(0, (value - worst) / (best - worst)));
    }),
  );
}

/** @param strata scores by task, resampled within each */
function interquartileMean(strata: readonly (readonly number[])[]): RankedRow['iqm'] {
  const random = xoroshiro128plus(SEED);
  const found = Array.from({ length: RESAMPLES }, () =>
    trimmedMean(
      strata.flatMap((scores) => scores.map(() => scores[uniformInt(random, 0, scores.length - 1)]!)),
    ),
  ).sort((a, b) => a - b);
  const at = (share: number) => found[Math.min(RESAMPLES - 1, Math.floor(share * RESAMPLES))]!;
  return { value: trimmedMean(strata.flat()), low: at(0.025), high: at(0.975) };
}

/** Mean without the lowest and the highest quarter. */
export function trimmedMean(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const cut = Math.floor(sorted.length / 4);
  return mean(sorted.slice(cut, sorted.length - cut));
}

function improvementIn(task: RankTask, row: string, other: string): number {
  const worst = task.direction === 'maximize' ? -Infinity : Infinity;
  const [own, theirs] = [row, other].map((name) =>
    (task.values.get(name) ?? []).map((value) => value ?? worst),
  ) as [number[], number[]];
  return improvementOf(own, theirs, task.direction) ?? 0.5;
}
