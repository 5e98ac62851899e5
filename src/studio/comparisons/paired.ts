/** Which rows can be compared seed by seed, and what the difference of two rows is. */
import type { ComparisonRow, MeanOfSeeds } from '../../shared/contract/comparisons.ts';
import { arePaired } from '../../shared/pairing.ts';
import type { RunRecord } from '../../shared/run.ts';
import { criticalT, interval, mean } from '../../shared/interval.ts';
import type { SeedGroup } from './groups.ts';

/**
 * Whether two runs of one seed had the same data, minibatches and initial weights; null: nothing tells. Runs of one config had,
 * unless their digests say otherwise.
 */
function pairedRuns(a: RunRecord, b: RunRecord, same: boolean): boolean | null {
  if (a.pairing !== null && b.pairing !== null) return arePaired(a.pairing, b.pairing);
  return same ? true : null;
}

/** Runs of both groups by seed, of the seeds that both have. */
export function meetings(
  a: SeedGroup,
  b: SeedGroup,
): readonly (readonly [own: RunRecord, other: RunRecord])[] {
  const others = new Map(b.runs.map((run) => [run.spec.seed, run]));
  return a.runs.flatMap((own) => {
    const other = others.get(own.spec.seed);
    return other === undefined ? [] : [[own, other] as const];
  });
}

/** Of two groups: whether they are paired at every seed that tells; null: none does. */
export function pairedGroups(a: SeedGroup, b: SeedGroup): boolean | null {
  const same = a.task === b.task;
  const known = meetings(a, b).map(([own, other]) => pairedRuns(own, other, same));
  if (known.includes(false)) return false;
  return known.includes(true) ? true : null;
}

/** One group of those that are the same in all that pairing is about, as estimators of one variant are. */
export function alikeOnce(groups: readonly SeedGroup[]): readonly SeedGroup[] {
  const known = groups.map((group): [string, SeedGroup] => {
    const seeds = group.runs.map(({ spec, pairing }) => [spec.seed, pairing]);
    return [JSON.stringify([group.task, group.variant, seeds]), group];
  });
  // The first of each comes last into the map, and stays.
  return [...new Map(known.toReversed()).values()].toReversed();
}

/** Groups that are paired with each other, in sets: two of different sets are not, as far as it is known. */
export function pairedSets(groups: readonly SeedGroup[]): readonly (readonly SeedGroup[])[] {
  const sets: SeedGroup[][] = [];
  for (const group of groups) {
    const own = sets.find((set) => set.every((member) => pairedGroups(group, member) !== false));
    if (own === undefined) sets.push([group]);
    else own.push(group);
  }
  return sets;
}

/**
 * Final value of `group` minus that of `reference`, of completed runs: the mean over paired seeds, or the difference of the means
 * where the two are known to share nothing seed by seed, with the interval of two independent samples.
 * @returns null if neither is known, or one of them has no value
 */
export function differenceOf(
  group: SeedGroup,
  reference: SeedGroup,
  metric: string,
): ComparisonRow['difference'] {
  const valueOf = (run: RunRecord) => {
    const value = run.metrics[metric];
    return run.state === 'completed' && typeof value === 'number' ? value : null;
  };
  if (pairedGroups(group, reference) === false) {
    const [own, other] = [group, reference].map(({ runs }) => runs.flatMap((run) => valueOf(run) ?? []));
    const difference = welch(own ?? [], other ?? []);
    return difference === null ? null : { ...difference, paired: false };
  }
  const same = group.task === reference.task;
  const differences = meetings(group, reference).flatMap(([own, other]) => {
    const [value, theirs] = [valueOf(own), valueOf(other)];
    return value === null || theirs === null || pairedRuns(own, other, same) !== true ? [] : [value - theirs];
  });
  const paired = meanOf(differences);
  return paired === null ? null : { ...paired, paired: true };
}

/**
 * Difference of the means of two independent samples, with Welch's interval (B. L. Welch, "The generalization of 'Student's' problem
 * when several different population variances are involved", Biometrika 34, 1947); `n` is the smaller of the two.
 */
export function welch(a: readonly number[], b: readonly number[]): MeanOfSeeds | null {
  if (a.length === 0 || b.length === 0) return null;
  const n = Math.min(a.length, b.length);
  const difference = mean(a) - mean(b);
  if (n < 2) return { n, mean: difference, halfWidth: null };
  const [u, v] = [squaredError(a), squaredError(b)];
  if (u + v === 0) return { n, mean: difference, halfWidth: 0 };
  const freedom = (u + v) ** 2 / (u ** 2 / (a.length - 1) + v ** 2 / (b.length - 1));
  return { n, mean: difference, halfWidth: criticalT(freedom) * Math.sqrt(u + v) };
}

/** Of the mean of a sample: its variance divided by its size. */
function squaredError(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return squares / (values.length - 1) / values.length;
}

/** Null of no values. */
export function meanOf(values: readonly number[]): MeanOfSeeds | null {
  if (values.length === 0) return null;
  const { n, mean: centre, half } = interval(values);
  return { n, mean: centre, halfWidth: Number.isNaN(half) ? null : half };
}
