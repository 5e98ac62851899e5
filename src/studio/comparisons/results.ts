/** What the completed runs of each group reached: mean and interval over seeds, and differences paired by seed. */
import type { ComparisonRow, MeanOfSeeds } from '../../shared/contract/comparisons.ts';
import type { ProblemDescriptor } from '../../shared/descriptor.ts';
import { interval } from '../../shared/interval.ts';
import { arePaired, type SeedGroup } from './groups.ts';

/**
 * A row a group, best mean of the selection metric first; groups without a value come last.
 * @param against key of the group whose seeds the others' are paired with; undefined: none
 */
export function resultsOf(
  groups: readonly SeedGroup[],
  variants: ReadonlyMap<string, string>,
  problem: Pick<ProblemDescriptor, 'direction' | 'selectionMetric'> | undefined,
  against?: string,
): readonly ComparisonRow[] {
  const metric = problem?.selectionMetric ?? '';
  const sign = problem?.direction === 'minimize' ? -1 : 1;
  const reference = groups.find(({ key }) => key === against);
  const rank = (row: ComparisonRow) => sign * (row.metrics[metric]?.mean ?? sign * -Infinity);
  return groups
    .map((group) => ({
      ...rowOf(group, variants.get(group.key) ?? ''),
      difference:
        reference === undefined || reference === group ? null : pairedDifference(group, reference, metric),
    }))
    .sort((a, b) => rank(b) - rank(a) || 0);
}

/**
 * Mean over shared seeds of the value of `group` minus that of `reference`, final values of completed runs.
 * @returns null if the two did not train on the same task, or share no completed seed
 */
function pairedDifference(group: SeedGroup, reference: SeedGroup, metric: string): MeanOfSeeds | null {
  if (!arePaired(group, reference)) return null;
  const theirs = valuesBySeed(reference, metric);
  const differences = [...valuesBySeed(group, metric)].flatMap(([seed, value]) => {
    const other = theirs.get(seed);
    return other === undefined ? [] : [value - other];
  });
  return meanOf(differences);
}

function rowOf(group: SeedGroup, variant: string): Omit<ComparisonRow, 'difference'> {
  const completed = group.runs.filter(({ state }) => state === 'completed');
  const names = new Set(completed.flatMap(({ metrics }) => Object.keys(metrics)));
  const metrics = [...names].flatMap((name) => {
    const value = meanOf(completed.flatMap((run) => run.metrics[name] ?? []));
    return value === null ? [] : [[name, value] as const];
  });
  return {
    group: group.key,
    estimator: group.estimator,
    variant,
    members: group.runs.map(({ id }) => id),
    completed: completed.length,
    runs: group.runs.length,
    metrics: Object.fromEntries(metrics),
    stepsPerSecond: meanOf(completed.flatMap(({ stepsPerSecond: speed }) => (speed > 0 ? [speed] : []))),
  };
}

function valuesBySeed({ runs }: SeedGroup, metric: string): ReadonlyMap<number, number> {
  return new Map(
    runs.flatMap(({ spec, state, metrics }) => {
      const value = metrics[metric];
      return state === 'completed' && typeof value === 'number' ? [[spec.seed, value] as const] : [];
    }),
  );
}

/** Null of no values. */
function meanOf(values: readonly number[]): MeanOfSeeds | null {
  if (values.length === 0) return null;
  const { n, mean, half } = interval(values);
  return { n, mean, halfWidth: Number.isNaN(half) ? null : half };
}
