/** The ranking of stored comparisons, each a problem or a preset of one. */
import { AppError } from '../../../shared/errors.ts';
import { rowLabel } from '../../../shared/figures/row-styles.ts';
import type { ComparisonRecord } from '../../../shared/run.ts';
import { problemDescriptor } from '../../catalog.ts';
import type { ReadableStore } from '../../store/types.ts';
import { groupsOf, type SeedGroup } from '../groups.ts';
import { membersOf } from '../members.ts';
import { planNow } from './plan.ts';
import { rankingOf, type Ranking, type RankTask } from './rank.ts';

export interface StoredRanking extends Ranking {
  /** Rows that not every comparison has. */
  readonly leftOut: readonly string[];
}

/** @throws AppError `precondition` where there are too few comparisons, or too few rows that all of them have */
export function storedRanking(store: ReadableStore, ids: readonly string[]): StoredRanking {
  if (new Set(ids).size < 2) {
    throw new AppError(
      'precondition',
      'rank: expected at least two comparisons, because a rank is a mean over problems',
      {
        path: 'ids',
      },
    );
  }
  const tasks = [...new Set(ids)].map((id) => taskOf(store, id));
  const all = new Set(tasks.flatMap(({ values }) => [...values.keys()]));
  const [shared, leftOut] = [true, false].map((wanted) =>
    [...all].filter((row) => tasks.every(({ values }) => values.has(row)) === wanted),
  ) as [string[], string[]];
  if (shared.length < 2) {
    throw new AppError(
      'precondition',
      `rank: expected at least two rows that every comparison has, found ${shared.length === 0 ? 'none' : shared[0]}; rows are ${[...all].join(', ')}`,
      { path: 'ids' },
    );
  }
  const common = tasks.map((task) => ({
    ...task,
    values: new Map(shared.map((row) => [row, task.values.get(row) ?? []])),
  }));
  return { ...rankingOf(common), leftOut };
}

function taskOf(store: ReadableStore, id: string): RankTask {
  const { comparison, runs } = membersOf(store, { id });
  const record = comparison!;
  const problem = problemDescriptor(record.problem);
  if (problem === undefined)
    throw new AppError(
      'precondition',
      `rank: comparison ${id} is of ${record.problem}, which this version does not know`,
    );
  const { plan, missing } = planNow(problem, record.verdict);
  if (missing !== null)
    throw new AppError(
      'precondition',
      `rank: comparison ${id} is judged by ${missing}, a metric that ${record.problem} no longer has; leave it out`,
    );
  const groups = groupsOf(runs).filter(({ problem: own }) => own === record.problem);
  const values = new Map<string, (number | null)[]>();
  for (const group of groups) {
    const row = rowLabel({ estimator: group.estimator, variant: group.variant, detail: '' }, (name) => name);
    if (values.has(row)) {
      throw new AppError(
        'precondition',
        `rank: comparison ${id} has several rows of ${row}, which differ in their settings; give them variants, whose names tell them apart`,
      );
    }
    const own = outcomes(group, plan.metric);
    if (own.length > 0) values.set(row, own);
  }
  return { label: labelOf(record), direction: problem.direction, values };
}

/** Of runs that have ended: what they reached, null for those that failed. */
function outcomes({ runs }: SeedGroup, metric: string): (number | null)[] {
  return runs.flatMap(({ state, metrics }) => {
    if (state === 'failed') return [null];
    const value = metrics[metric];
    return state !== 'completed' || value === undefined ? [] : [value];
  });
}

function labelOf({ name, id }: ComparisonRecord): string {
  return `${name} (${id})`;
}
