/** Rows of the table of runs: sorted, and grouped where asked for. */
import type { RunSummary } from '../../../shared/contract/run-summary.ts';
import { meanOfSeeds, type SeedMean } from './seed-mean.ts';

export const groupings = ['none', 'comparison', 'seeds'] as const;
export type Grouping = (typeof groupings)[number];

export const sortKeys = [
  'created',
  'name',
  'state',
  'estimator',
  'seed',
  'progress',
  'headline',
  'gap',
  'speed',
  'duration',
] as const;
export type SortKey = (typeof sortKeys)[number];

export interface Sorting {
  readonly key: SortKey;
  readonly descending: boolean;
}

export interface GroupRow {
  readonly kind: 'group';
  readonly key: string;
  readonly comparison: string;
  readonly title: string;
  /** Set where all runs of the group share it. */
  readonly estimator: string | null;
  readonly runs: readonly RunSummary[];
  /** Over the completed runs, where they share the estimator; null if none has the value. */
  readonly headline: SeedMean | null;
}

export type TableRow = GroupRow | { readonly kind: 'run'; readonly key: string; readonly run: RunSummary };

/** The metric that ranks runs of a problem; undefined for a problem that this version does not know. */
export type Headline = (problem: string) => string | undefined;

export function tableRows(
  runs: readonly RunSummary[],
  grouping: Grouping,
  sorting: Sorting,
  headline: Headline,
): readonly TableRow[] {
  const sorted = sortRuns(runs, sorting, headline);
  if (grouping === 'none') return sorted.map(runRow);
  const groups = new Map<string, RunSummary[]>();
  for (const run of sorted) {
    const key = grouping === 'comparison' ? run.comparison : `${run.comparison}/${run.estimator}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [run]);
    else group.push(run);
  }
  return [...groups].flatMap(([key, members]): TableRow[] => {
    const [first] = members;
    if (first === undefined) return [];
    const seeds = grouping === 'seeds';
    const metric = headline(first.problem);
    return [
      {
        kind: 'group',
        key,
        comparison: first.comparison,
        title: first.comparisonName,
        estimator: seeds ? first.estimator : null,
        runs: members,
        headline: seeds && metric !== undefined ? meanOfSeeds(members, metric) : null,
      },
      ...members.map(runRow),
    ];
  });
}

function runRow(run: RunSummary): TableRow {
  return { kind: 'run', key: run.id, run };
}

/** Runs without the value come last either way; equal ones stay newest first. */
function sortRuns(
  runs: readonly RunSummary[],
  { key, descending }: Sorting,
  headline: Headline,
): readonly RunSummary[] {
  const keyed = runs.map((run) => ({ run, value: sortValue(run, key, headline) }));
  const sign = descending ? -1 : 1;
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
    if (typeof a.value === 'string' && typeof b.value === 'string')
      return sign * a.value.localeCompare(b.value);
    return sign * (Number(a.value) - Number(b.value));
  });
  return keyed.map(({ run }) => run);
}

function sortValue(run: RunSummary, key: SortKey, headline: Headline): string | number | null {
  switch (key) {
    case 'created':
      return run.createdAt;
    case 'name':
      return run.name;
    case 'state':
      return run.state;
    case 'estimator':
      return run.estimator;
    case 'seed':
      return run.seed;
    case 'progress':
      return run.steps === 0 ? null : run.step / run.steps;
    case 'headline':
      return run.metrics[headline(run.problem) ?? ''] ?? null;
    case 'gap':
      return run.metrics['gap'] ?? null;
    case 'speed':
      return run.stepsPerSecond;
    case 'duration':
      return run.seconds;
  }
}
