import { describe, expect, it } from 'vitest';
import type { MetricDescriptor, ProblemDescriptor } from '../../../shared/descriptor.ts';
import type { ComparisonRow } from '../../../shared/contract/comparisons.ts';
import { columnsOf, exact, shownColumns, sortingFromQuery, sortRows } from './table-columns.ts';

function metric(name: string, column?: string): MetricDescriptor {
  const base = {
    name,
    label: `Label of ${name}`,
    help: '',
    unit: '',
    better: 'higher',
    deterministic: true,
  } as const;
  return column === undefined ? base : { ...base, column };
}

const problem: ProblemDescriptor = {
  id: 'p',
  label: 'P',
  summary: '',
  direction: 'maximize',
  choice: { kind: 'categorical' },
  config: {},
  metrics: [metric('relaxed', 'relaxed'), metric('hard', 'hard'), metric('gap', 'gap'), metric('sold')],
  charts: [],
  valueMetric: 'relaxed',
  hardTrainMetric: 'hard',
  selectionMetric: 'hard',
  baselines: [],
  pictures: [],
  questions: [],
  solvers: [],
  exports: [],
  presets: [],
};
const columns = columnsOf(problem, []);

function row(group: string, gap: number | null): ComparisonRow {
  return {
    group,
    estimator: group,
    variant: '',
    detail: '',
    members: [],
    completed: 1,
    runs: 1,
    metrics: gap === null ? {} : { gap: { n: 1, mean: gap, halfWidth: null } },
    stepsPerSecond: null,
    sharers: null,
    difference: null,
  };
}

describe('columns', () => {
  it('are those that the problem wants, until others are chosen', () => {
    const titles = (query?: string) => shownColumns(columns, problem, query).map(({ title }) => title);
    expect(titles()).toEqual(['relaxed', 'hard', 'gap', 'steps/s']);
    expect(titles('gap|sold|nonsense')).toEqual(['gap', 'Label of sold']);
  });

  it('are sorted by the selection metric at first, best on top', () => {
    expect(sortingFromQuery('', problem, columns)).toEqual({ column: 'hard', descending: true });
    expect(sortingFromQuery('gap', problem, columns)).toEqual({ column: 'gap', descending: false });
  });

  it('rows without a value come last in both directions', () => {
    const rows = [row('none', null), row('high', 2), row('low', -1)];
    const order = (descending: boolean) =>
      sortRows(rows, columns, { column: 'gap', descending }).map(({ group }) => group);
    expect(order(true)).toEqual(['high', 'low', 'none']);
    expect(order(false)).toEqual(['low', 'high', 'none']);
  });
});

it('a copied cell has all digits', () => {
  expect(exact({ n: 5, mean: 1 / 3, halfWidth: 0.1 + 0.2 })).toBe(
    '0.3333333333333333 \u00b1 0.30000000000000004 (n=5)',
  );
  expect(exact({ n: 1, mean: 2, halfWidth: null })).toBe('2 (n=1)');
  expect(exact(null)).toBe('');
});
