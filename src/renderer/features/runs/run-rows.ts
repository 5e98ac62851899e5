/** Rows of the table of runs: sorted, and grouped where asked for. */
import type { RunSummary } from '../../../shared/contract/run-summary.ts';
import type { ColumnId } from './columns.ts';
import { engineWords, placeOf } from '../../format/trained-by.ts';
import { bestRow, rowKey, type BestRow } from '../../format/seed-mean.ts';

const CONFIG = 'config:';

/** `config:<key>`: by what the runs' configs have at a dotted key. */
export type Grouping = 'none' | 'comparison' | 'problem' | 'seeds' | `config:${string}`;

/** Comparison, if the address says nothing that is known. */
export function readGrouping(written: string): Grouping {
  if (written === 'none' || written === 'problem' || written === 'seeds') return written;
  return written.startsWith(CONFIG) && written.length > CONFIG.length
    ? `config:${written.slice(CONFIG.length)}`
    : 'comparison';
}

/** The key of the configs; empty where the grouping is by something else. */
export function configKey(grouping: Grouping): string {
  return grouping.startsWith(CONFIG) ? grouping.slice(CONFIG.length) : '';
}

export interface Sorting {
  readonly key: ColumnId;
  readonly descending: boolean;
}

export interface GroupRow {
  readonly kind: 'group';
  readonly key: string;
  readonly title: string;
  /** Set where all runs of the group share it. */
  readonly comparison: string | null;
  readonly estimator: string | null;
  readonly runs: readonly RunSummary[];
  /** The best of its rows, each a mean over seeds; null if none has the value, or they are of several problems. */
  readonly best: BestRow | null;
}

export type TableRow = GroupRow | { readonly kind: 'run'; readonly key: string; readonly run: RunSummary };

/** What rows need to know beside the runs. */
export interface RowFacts {
  /** The metric that ranks runs of a problem; undefined for a problem that this version does not know. */
  readonly headline: (problem: string) => string | undefined;
  readonly direction: (problem: string) => 'maximize' | 'minimize';
  readonly problemLabel: (problem: string) => string;
  /** JSON of a run's value at the key that groups; undefined: its config has none. */
  readonly configValue: (run: string) => string | undefined;
}

export function tableRows(
  runs: readonly RunSummary[],
  grouping: Grouping,
  sorting: Sorting,
  facts: RowFacts,
): readonly TableRow[] {
  const sorted = sortRuns(runs, sorting, facts.headline);
  if (grouping === 'none') return sorted.map(runRow);
  const groups = Map.groupBy(sorted, (run) => groupKey(run, grouping, facts));
  return [...groups].flatMap(([key, members]): TableRow[] => {
    const [first] = members;
    if (first === undefined) return [];
    const shared = (of: (run: RunSummary) => string) => members.every((run) => of(run) === of(first));
    const metric = facts.headline(first.problem);
    return [
      {
        kind: 'group',
        key: `group/${key}`,
        title: groupTitle(first, grouping, facts),
        comparison: shared((run) => run.comparison) ? first.comparison : null,
        estimator: shared((run) => run.estimator) ? first.estimator : null,
        runs: members,
        best:
          metric !== undefined && shared((run) => run.problem)
            ? bestRow(members, metric, facts.direction(first.problem))
            : null,
      },
      ...members.map(runRow),
    ];
  });
}

function groupKey(run: RunSummary, grouping: Grouping, facts: RowFacts): string {
  if (grouping === 'comparison') return run.comparison;
  if (grouping === 'problem') return run.problem;
  if (grouping === 'seeds') return rowKey(run);
  return facts.configValue(run.id) ?? '';
}

function groupTitle(run: RunSummary, grouping: Grouping, facts: RowFacts): string {
  if (grouping === 'problem') return facts.problemLabel(run.problem);
  const key = configKey(grouping);
  if (grouping === 'seeds' && run.variant !== null) return `${run.comparisonName} \u00b7 ${run.variant}`;
  if (key === '') return run.comparisonName;
  const value = facts.configValue(run.id);
  return value === undefined ? `without ${key}` : `${key} = ${value}`;
}

function runRow(run: RunSummary): TableRow {
  return { kind: 'run', key: run.id, run };
}

/** Much faster than `localeCompare` over thousands of rows. */
const collator = new Intl.Collator();

/** Runs without the value come last either way; equal ones stay newest first. */
function sortRuns(
  runs: readonly RunSummary[],
  { key, descending }: Sorting,
  headline: RowFacts['headline'],
): readonly RunSummary[] {
  const keyed = runs.map((run) => ({ run, value: sortValue(run, key, headline) }));
  const sign = descending ? -1 : 1;
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
    if (typeof a.value === 'string' && typeof b.value === 'string')
      return sign * collator.compare(a.value, b.value);
    return sign * (Number(a.value) - Number(b.value));
  });
  return keyed.map(({ run }) => run);
}

function sortValue(run: RunSummary, key: ColumnId, headline: RowFacts['headline']): string | number | null {
  switch (key) {
    case 'created':
      return run.createdAt;
    case 'progress':
      return run.steps === 0 ? null : run.step / run.steps;
    case 'headline':
      return run.metrics[headline(run.problem) ?? ''] ?? null;
    case 'gap':
      return run.metrics['gap'] ?? null;
    case 'speed':
      return run.stepsPerSecond > 0 ? run.stepsPerSecond : null;
    case 'duration':
      return run.seconds > 0 ? run.seconds : null;
    case 'backend':
      return run.backend;
    case 'tags':
      return run.tags.length === 0 ? null : run.tags.join(' ');
    case 'where':
      return `${placeOf(run)} ${engineWords(run)}`;
    case 'variant':
      return run.variant;
    case 'name':
    case 'problem':
    case 'state':
    case 'estimator':
    case 'seed':
      return run[key];
  }
}
