/** The end of a comparison: the document of `run --json` (a stable contract) and the table a person reads. */
import { listProblems } from '../studio/catalog.ts';
import type { ProblemDescriptor } from '../shared/descriptor.ts';
import { referenceColumns, referenceLines, referenceRows } from '../shared/figures/reference-lines.ts';
import { proofOf } from '../shared/solution.ts';
import type { ComparisonRecord, RunRecord } from '../shared/run.ts';
import type { ReadableStore } from '../studio/store/types.ts';
import { mean } from '../studio/statistics.ts';
import { figure, showInterval } from './numbers.ts';
import { table } from './output.ts';

/** Keys and meaning are documented in the README and tested: scripts depend on them. */
export function comparisonDocument(comparison: ComparisonRecord, runs: readonly RunRecord[]): unknown {
  return {
    comparison: comparison.id,
    backend: comparison.backend,
    runs: runs.map((run) => ({
      id: run.id,
      estimator: run.spec.estimator,
      seed: run.spec.seed,
      state: run.state,
      ...(run.reason === '' ? {} : { reason: run.reason }),
      steps: run.step,
      seconds: run.seconds,
      stepsPerSecond: run.stepsPerSecond,
      evaluations: run.evaluations,
      metrics: run.metrics,
    })),
    baselines: comparison.baselines ?? {},
    exact: comparison.exact,
  };
}

/** One row an estimator, best on the validation split first; mean and 95 % interval over its completed seeds. */
export function comparisonTable(comparison: ComparisonRecord, runs: readonly RunRecord[]): string {
  const problem = listProblems().find(({ id }) => id === comparison.problem);
  const columns = (problem?.metrics ?? []).flatMap(({ name, column }) =>
    column === undefined ? [] : [{ name, column }],
  );
  const sign = problem?.direction === 'minimize' ? -1 : 1;
  const ids = [...new Set(runs.map((run) => run.spec.estimator))];
  const rows = ids.map((estimator) => {
    const all = runs.filter((run) => run.spec.estimator === estimator);
    const done = all.filter((run) => run.state === 'completed');
    const values = (name: string) =>
      done.flatMap((run) => {
        const value = run.metrics[name];
        return typeof value === 'number' ? [value] : [];
      });
    const rate = done.flatMap(({ stepsPerSecond: speed }) => (speed > 0 ? [speed] : []));
    const ranking = values(problem?.selectionMetric ?? '');
    return {
      rank: ranking.length === 0 ? -Infinity : sign * mean(ranking),
      cells: [
        estimator,
        `${done.length}${done.length === all.length ? '' : ` of ${all.length}`}`,
        ...columns.map(({ name }) => showInterval(values(name))),
        rate.length === 0 ? '-' : figure(mean(rate), 3),
      ],
    };
  });
  const head = ['estimator', 'n', ...columns.map(({ column }) => column), 'steps/s'];
  const sorted = rows.toSorted((a, b) => b.rank - a.rank).map(({ cells }) => cells);
  const lines = [table(head, sorted, head.slice(1)), '', ...baselineLines(comparison, problem)];
  const unfinished = runs.filter((run) => run.state !== 'completed');
  if (unfinished.length > 0) {
    lines.push(
      '',
      ...unfinished.map((run) => `${run.id} ${run.state}${run.reason === '' ? '' : `: ${run.reason}`}`),
    );
  }
  return lines.join('\n');
}

function baselineLines(comparison: ComparisonRecord, problem: ProblemDescriptor | undefined): string[] {
  const rows = referenceRows(referenceLines(problem, comparison));
  if (rows.length === 0) return [];
  const shown = referenceColumns(rows);
  const head = shown.map(({ title }) => title);
  const cells = rows.map(({ name, label, values }) => [
    name,
    ...shown.map(({ split }) => (values[split] === undefined ? '' : figure(values[split]))),
    label,
  ]);
  return [
    table(['baseline', ...head, ''], cells, head),
    ...comparison.exact.map((solution) => `${solution.name}: ${proofOf(solution)}`),
    '',
    'The value of a baseline stands under the split that it was computed on.',
    '± is the half width of the 95 % interval of the mean over seeds (Student t).',
  ];
}

/** Of every comparison that one of the runs belongs to, with all its runs. */
export function comparisonsReport(
  store: ReadableStore,
  runs: readonly RunRecord[],
): { readonly text: string; readonly document: unknown } {
  const reports = [...new Set(runs.map((run) => run.comparison))].flatMap((id) => {
    const comparison = store.comparison(id);
    if (comparison === undefined) return [];
    const all = store.runs({ comparison: id });
    return [{ text: comparisonTable(comparison, all), document: comparisonDocument(comparison, all) }];
  });
  const documents = reports.map(({ document }) => document);
  return {
    text: reports.map(({ text }) => text).join('\n\n'),
    document: documents.length === 1 ? documents[0] : { comparisons: documents },
  };
}
