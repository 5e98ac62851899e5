/** Filter and order of the table of runs. */
import type { RunSummary } from '../../shared/contract/run-summary.ts';
import type { RunListInput, RunSortKey } from '../../shared/contract/runs.ts';
import { listProblems } from '../catalog.ts';

/** Runs that pass, in order. Runs without a value to sort by come last; equal ones stay in the order given. */
export function selectRuns(
  runs: readonly RunSummary[],
  { filter, sort }: Pick<RunListInput, 'filter' | 'sort'>,
): readonly RunSummary[] {
  const passing = runs.filter(passes(filter));
  if (sort.key === 'created') return sort.descending ? passing : passing.toReversed();
  const keyed = passing.map((run) => ({ run, value: sortValue(run, sort.key) }));
  const sign = sort.descending ? -1 : 1;
  const order = (a: string | number, b: string | number) =>
    typeof a === 'string' || typeof b === 'string' ? String(a).localeCompare(String(b)) : a - b;
  return keyed
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      return sign * order(a.value, b.value);
    })
    .map(({ run }) => run);
}

function passes(filter: RunListInput['filter']): (run: RunSummary) => boolean {
  const { states, problems, estimators, comparisons, tags, archived } = filter;
  const search = filter.search?.trim().toLowerCase() ?? '';
  const isIn = <T>(list: readonly T[] | undefined, value: T) => list === undefined || list.includes(value);
  return (run) =>
    (run.archivedAt !== null) === archived &&
    isIn(states, run.state) &&
    isIn(problems, run.problem) &&
    isIn(estimators, run.estimator) &&
    isIn(comparisons, run.comparison) &&
    (tags === undefined || run.tags.some((tag) => tags.includes(tag))) &&
    (search === '' ||
      [run.id, run.name, run.comparisonName, run.estimator, ...run.tags].some((text) =>
        text.toLowerCase().includes(search),
      ));
}

const selectionMetrics = new Map(listProblems().map(({ id, selectionMetric }) => [id, selectionMetric]));

function sortValue(run: RunSummary, key: RunSortKey): string | number | null {
  switch (key) {
    case 'headline':
      return run.metrics[selectionMetrics.get(run.problem) ?? ''] ?? null;
    case 'gap':
      return run.metrics['gap'] ?? null;
    case 'started':
      return run.startedAt;
    case 'created':
      return run.createdAt;
    case 'name':
    case 'problem':
    case 'estimator':
    case 'seed':
    case 'state':
    case 'step':
    case 'stepsPerSecond':
    case 'seconds':
      return run[key];
  }
}
