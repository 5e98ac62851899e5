import type { ComparisonOverview, ComparisonRow, MeanOfSeeds } from '../../shared/contract/comparisons.ts';
import { AppError } from '../../shared/errors.ts';
import type { ComparisonRecord, RunRecord, RunState } from '../../shared/run.ts';
import { listProblems } from '../catalog.ts';
import { summarise } from '../live/run-summary.ts';
import { interval } from '../statistics.ts';
import type { Studio } from '../studio.ts';
import { curveOfSeeds } from './curves.ts';
import { implementation } from './implement.ts';
import { stepWindow } from './step-window.ts';

export function comparisonHandlers({ store, feed }: Studio) {
  const { comparisons } = implementation;
  const find = (id: string): ComparisonRecord => {
    const comparison = store.comparison(id);
    if (comparison !== undefined) return comparison;
    throw new AppError('not-found', `there is no comparison ${id}; it may have been deleted`);
  };
  const visible = (id: string) => store.runs({ comparison: id }).filter((run) => run.archivedAt === null);

  return {
    list: comparisons.list.handler(({ input: { offset, limit } }) => {
      const byComparison = Map.groupBy(
        store.runs().filter((run) => run.archivedAt === null),
        (run) => run.comparison,
      );
      const all = store.comparisons().flatMap((comparison) => {
        const runs = byComparison.get(comparison.id);
        return runs === undefined ? [] : [overview(comparison, runs)];
      });
      return { total: all.length, comparisons: all.slice(offset, offset + limit), cursor: feed.cursor };
    }),
    get: comparisons.get.handler(({ input }) => {
      const comparison = find(input.id);
      const runs = visible(comparison.id);
      return {
        comparison,
        runs: runs.map((run) => summarise(run, comparison.name)),
        table: [...tableOf(comparison, runs)],
        cursor: feed.cursor,
      };
    }),
    curves: comparisons.curves.handler(({ input }) => {
      const runs = visible(find(input.id).id);
      const window = stepWindow(input.window, Math.max(0, ...runs.map(({ steps }) => steps)));
      const groups = Map.groupBy(runs, ({ spec }) => spec.estimator);
      const curves = [...groups].map(([estimator, members]) => {
        const series = members.map((run) => store.readSeries(run.id, input.series, window));
        return { estimator, ...curveOfSeeds(series, window) };
      });
      return { curves, cursor: feed.cursor };
    }),
    rename: comparisons.rename.handler(({ input: { id, name } }) => {
      store.renameComparison(id, name);
      return { comparison: find(id) };
    }),
  };
}

function overview(comparison: ComparisonRecord, runs: readonly RunRecord[]): ComparisonOverview {
  const states: Partial<Record<RunState, number>> = {};
  for (const { state } of runs) states[state] = (states[state] ?? 0) + 1;
  return {
    comparison,
    estimators: [...new Set(runs.map(({ spec }) => spec.estimator))],
    seeds: [...new Set(runs.map(({ spec }) => spec.seed))].sort((a, b) => a - b),
    runs: states,
  };
}

function tableOf(comparison: ComparisonRecord, runs: readonly RunRecord[]): readonly ComparisonRow[] {
  const problem = listProblems().find(({ id }) => id === comparison.problem);
  const sign = problem?.direction === 'minimize' ? -1 : 1;
  const rank = (row: ComparisonRow) =>
    sign * (row.metrics[problem?.selectionMetric ?? '']?.mean ?? sign * -Infinity);
  const rows = [...Map.groupBy(runs, ({ spec }) => spec.estimator)].map(([estimator, members]) => {
    const completed = members.filter(({ state }) => state === 'completed');
    const names = new Set(completed.flatMap(({ metrics }) => Object.keys(metrics)));
    const metrics = [...names].flatMap((name) => {
      const values = completed.flatMap((run) => run.metrics[name] ?? []);
      return values.length === 0 ? [] : [[name, meanOf(values)] as const];
    });
    const rates = completed.flatMap(({ step, seconds }) => (seconds > 0 ? [step / seconds] : []));
    return {
      estimator,
      completed: completed.length,
      runs: members.length,
      metrics: Object.fromEntries(metrics),
      stepsPerSecond: rates.length === 0 ? null : meanOf(rates),
    };
  });
  return rows.sort((a, b) => rank(b) - rank(a) || 0);
}

function meanOf(values: readonly number[]): MeanOfSeeds {
  const { n, mean, half } = interval(values);
  return { n, mean, halfWidth: Number.isNaN(half) ? null : half };
}
