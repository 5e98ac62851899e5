/** What the completed runs of each group reached: mean and interval over seeds, and its difference to another. */
import type { ComparisonRow } from '../../shared/contract/comparisons.ts';
import type { ProblemDescriptor } from '../../shared/descriptor.ts';
import { mean } from '../../shared/interval.ts';
import { sharersOf } from '../../shared/sharing.ts';
import type { SeedGroup } from './groups.ts';
import { differenceOf, meanOf } from './paired.ts';

/**
 * A row per group, best mean of the selection metric first; groups without a value come last.
 * @param details by group: what tells it from others of its estimator and variant
 * @param against key of the group that the others are compared with; undefined: none
 */
export function resultsOf(
  groups: readonly SeedGroup[],
  details: ReadonlyMap<string, string>,
  problem: Pick<ProblemDescriptor, 'direction' | 'selectionMetric'> | undefined,
  against?: string,
): readonly ComparisonRow[] {
  const metric = problem?.selectionMetric ?? '';
  const sign = problem?.direction === 'minimize' ? -1 : 1;
  const reference = groups.find(({ key }) => key === against);
  const rank = (row: ComparisonRow) => sign * (row.metrics[metric]?.mean ?? sign * -Infinity);
  return groups
    .map((group) => ({
      ...rowOf(group, details.get(group.key) ?? ''),
      difference:
        reference === undefined || reference === group ? null : differenceOf(group, reference, metric),
    }))
    .sort((a, b) => rank(b) - rank(a) || 0);
}

function rowOf(group: SeedGroup, detail: string): Omit<ComparisonRow, 'difference'> {
  const completed = group.runs.filter(({ state }) => state === 'completed');
  const names = new Set(completed.flatMap(({ metrics }) => Object.keys(metrics)));
  const metrics = [...names].flatMap((name) => {
    const value = meanOf(completed.flatMap((run) => run.metrics[name] ?? []));
    return value === null ? [] : [[name, value] as const];
  });
  return {
    group: group.key,
    estimator: group.estimator,
    variant: group.variant,
    detail,
    members: group.runs.map(({ id }) => id),
    completed: completed.length,
    runs: group.runs.length,
    metrics: Object.fromEntries(metrics),
    stepsPerSecond: meanOf(completed.flatMap(({ stepsPerSecond: speed }) => (speed > 0 ? [speed] : []))),
    sharers: completed.length === 0 ? null : mean(completed.map(sharersOf)),
  };
}
