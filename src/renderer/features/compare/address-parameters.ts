/** What the address of a comparison may name, of what this comparison has. */
import type { ComparisonPart } from '../../../shared/contract/comparisons.ts';
import { curveAxes } from '../../../shared/contract/comparisons.ts';
import { parseBudget } from '../../../shared/contract/budget.ts';
import { verdictTests } from '../../../shared/contract/verdict.ts';
import type { ProblemDescriptor } from '../../../shared/descriptor.ts';
import { parseSpan } from '../../charts/chart-group.svelte.ts';
import { isSmoothing } from '../../charts/smoothing.ts';
import { oneWord, type Parameter } from '../../page/ignored.ts';
import { parseRanges, type Quantity } from './quantities.ts';
import type { Column } from './table-columns.ts';
import { isId } from './target.ts';

interface Comparable {
  readonly problem: ProblemDescriptor;
  readonly part: ComparisonPart;
  /** Whether the address may name this problem, of those that are compared. */
  isProblem(id: string): boolean;
  readonly columns: readonly Column[];
  readonly quantities: readonly Quantity[];
  /** Names of the curves. */
  readonly charts: readonly string[];
}

export function addressParameters(of: Comparable): Readonly<Record<string, Parameter>> {
  const { problem, part, columns, quantities, charts } = of;
  const metricOf = (name: string) => problem.metrics.find((metric) => metric.name === name);
  const judged = part.verdict?.metric ?? problem.selectionMetric;
  const groups = part.table.map(({ group }) => group);
  const isColumn = (id: string) => columns.some((column) => column.id === id);
  const quantity = (instead: string): Parameter => ({
    knows: (id) => quantities.some((one) => one.id === id),
    instead,
  });
  const rows = (instead: string): Parameter => ({
    knows: (group) => groups.includes(group),
    separator: '|',
    instead,
  });
  return {
    runs: {
      knows: isId,
      separator: ',',
      instead: 'the other runs are compared',
    },
    problem: { knows: (id) => of.isProblem(id), instead: `${problem.label} is shown` },
    judged: {
      knows: (name) => metricOf(name) !== undefined,
      instead: `the verdict judges ${metricOf(judged)?.label ?? judged}`,
    },
    test: oneWord(verdictTests, 'rows are tested as fixed before the runs'),
    at: { knows: (text) => parseBudget(text) !== undefined, instead: 'values are those of the ends' },
    against: { ...rows('no differences are shown'), separator: '\n' },
    variant: oneWord(part.variants, 'all variants are shown'),
    columns: { knows: isColumn, separator: '|', instead: 'the table has its other columns' },
    sort: {
      knows: (text) => isColumn(text.replace(/^-/, '')),
      instead: `rows are sorted by ${metricOf(problem.selectionMetric)?.label ?? problem.selectionMetric}`,
    },
    rows: oneWord(['all'], 'the best rows are drawn'),
    hide: rows('no other row is hidden'),
    also: rows('no other row is added'),
    only: rows('other rows are drawn'),
    brush: {
      knows: (text) => [...parseRanges(text).keys()].some((id) => quantity('').knows(id)),
      instead: 'no row is left out',
    },
    axes: { ...quantity('the usual axes are shown'), separator: '|' },
    down: quantity('the usual quantity is drawn'),
    across: quantity('the usual quantity is drawn'),
    x: oneWord(curveAxes, 'curves are drawn against steps'),
    steps: { knows: (text) => parseSpan(text) !== null, instead: 'all steps are shown' },
    smooth: { knows: isSmoothing, instead: 'curves are not smoothed' },
    extent: oneWord(['whole'], 'curves end at their last points'),
    members: oneWord(['yes'], 'curves are means alone'),
    log: { ...oneWord(charts, 'its axis is linear'), separator: '|' },
    chart: oneWord(charts, 'no curve is enlarged'),
  };
}
