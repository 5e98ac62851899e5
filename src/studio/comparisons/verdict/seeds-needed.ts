/** How many seeds a t test needs to tell a difference, by its power. */
import jStat from 'jstat';
import erfcinv from '@stdlib/math-base-special-erfcinv';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';

/** The chance of telling a difference that is there. */
const POWER = 0.8;
/** More than so many seeds are no plan. */
export const MOST_SEEDS_NEEDED = 1000;

/** A sample of differences seed by seed, or two samples of the same size. */
export type Design = 'paired' | 'independent';

/**
 * Chance that a two-sided t test tells a difference.
 * @param effect the difference in standard deviations (of the paired differences, or of one sample)
 * @param n pairs, or values of each sample; two at least
 * @param level of the test
 *
 * Source: Cohen, "Statistical power analysis for the behavioral sciences", 2nd edition, 1988, chapter 2: the noncentral t law.
 */
export function powerOf(design: Design, effect: number, n: number, level: number): number {
  const freedom = design === 'paired' ? n - 1 : 2 * (n - 1);
  const centre = Math.abs(effect) * Math.sqrt(design === 'paired' ? n : n / 2);
  const critical = tQuantile(1 - level / 2, freedom);
  const below = (x: number) => jStat.noncentralt.cdf(x, freedom, centre);
  return 1 - below(critical) + below(-critical);
}

/**
 * The least number of seeds, in all, with a power of `POWER` for an effect as large as the one that was seen.
 * @returns null: more than `MOST_SEEDS_NEEDED`
 */
export function seedsNeeded(design: Design, effect: number, level: number): number | null {
  // By the normal law, which is a little too few; from there one by one.
  const errors = (normalQuantile(1 - level / 2) + normalQuantile(POWER)) / Math.abs(effect);
  let n = Math.max(2, Math.floor((design === 'paired' ? 1 : 2) * errors ** 2));
  while (n <= MOST_SEEDS_NEEDED && powerOf(design, effect, n, level) < POWER) n += 1;
  return n <= MOST_SEEDS_NEEDED ? n : null;
}

function normalQuantile(share: number): number {
  return Math.SQRT2 * erfcinv(2 * (1 - share));
}
