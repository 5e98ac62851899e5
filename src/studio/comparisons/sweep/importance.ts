/**
 * Which keys of a sweep mattered: a random forest is taught to foretell the metric from the keys, and each key is shuffled in turn among
 * trials that it has not seen. How much worse it foretells then, as a share of the metric's variance, is that key's importance. Drawn
 * anew over resamples of the trials, whose spread stands beside it: of few trials it is wide.
 *
 * Source: L. Breiman, "Random forests", Machine Learning 45, 2001, section 10. Not seen: keys that matter only together (each split of a
 * tree looks at one key), and which of two keys it is that always change together.
 */
import { RandomForestRegression } from 'ml-random-forest';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { mean } from '../../../shared/interval.ts';

export interface Importance {
  readonly importance: number;
  /** Where the middle 90 % of the resamples lie: how far the figure hangs on which trials there are, no test of a key. */
  readonly low: number;
  readonly high: number;
}

/** Fewer trials than this say nothing of several keys. */
export const LEAST_TRIALS = 10;
const RESAMPLES = 24;
const TREES = 8;
const SEED = 20_261_201;

/**
 * By column; null: too few trials, or the metric is the same in all.
 * @param rows numbers by column, of each trial; of words the place in a list of them
 * @param values the metric of each trial
 */
export function importanceOf(
  rows: readonly (readonly number[])[],
  values: readonly number[],
): readonly Importance[] | null {
  const work = importanceInParts(rows, values);
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/** The same, resample by resample: of hundreds of trials all of them take seconds, in which a studio has to answer others. */
export function* importanceInParts(
  rows: readonly (readonly number[])[],
  values: readonly number[],
): Generator<undefined, readonly Importance[] | null> {
  if (rows.length < LEAST_TRIALS || Math.min(...values) === Math.max(...values)) return null;
  const random = xoroshiro128plus(SEED);
  const columns = rows[0]!.map((_, column) => column);
  const found: number[][] = columns.map(() => []);
  for (let r = 0; r < RESAMPLES; r++) {
    yield;
    const drawn = rows.map(() => uniformInt(random, 0, rows.length - 1));
    const seen = new Set(drawn);
    const unseen = rows.flatMap((_, i) => (seen.has(i) ? [] : [i]));
    const spread = variance(unseen.map((i) => values[i]!));
    if (unseen.length < 2 || spread === 0) continue;
    const forest = new RandomForestRegression({
      nEstimators: TREES,
      maxFeatures: 1,
      replacement: false,
      noOOB: true,
      seed: uniformInt(random, 0, 2 ** 31 - 1),
      treeOptions: { minNumSamples: 2, maxDepth: 8 },
    });
    forest.train(
      drawn.map((i) => [...rows[i]!]),
      drawn.map((i) => values[i]!),
    );
    const error = (inputs: number[][]) =>
      mean(forest.predict(inputs).map((told, k) => (told - values[unseen[k]!]!) ** 2));
    const plain = unseen.map((i) => [...rows[i]!]);
    const before = error(plain);
    for (const column of columns) {
      const order = shuffled(unseen.length, random);
      const mixed = plain.map((row, k) => row.with(column, plain[order[k]!]![column]!));
      found[column]!.push((error(mixed) - before) / spread);
    }
  }
  if (found.some((drops) => drops.length < RESAMPLES / 2)) return null;
  return found.map((drops) => {
    const sorted = drops.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
    return { importance: mean(drops), low: at(0.05), high: at(0.95) };
  });
}

function variance(values: readonly number[]): number {
  const centre = mean(values);
  return mean(values.map((value) => (value - centre) ** 2));
}

/** Fisher-Yates. */
function shuffled(count: number, random: RandomGenerator): readonly number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = uniformInt(random, 0, i);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
