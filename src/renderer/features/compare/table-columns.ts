/** Columns of the table of a comparison: which there are, which are shown, what a cell holds, how rows are sorted. */
import type { ComparisonRow, MeanOfSeeds } from '../../../shared/contract/comparisons.ts';
import { standsAlone, type MetricDescriptor, type ProblemDescriptor } from '../../../shared/descriptor.ts';

export interface Column {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  /** Absent: it is none. */
  readonly metric?: MetricDescriptor;
  value(row: ComparisonRow): MeanOfSeeds | null;
}

export interface Sorting {
  readonly column: string;
  readonly descending: boolean;
}

export const SPEED: Column = {
  id: 'stepsPerSecond',
  title: 'steps/s',
  help: 'Steps trained divided by seconds of training, which runs that are trained together share',
  value: (row) => row.stepsPerSecond,
};

/** Every metric of the problem, then the speed; what only earlier versions report, where a row has it. */
export function columnsOf(problem: ProblemDescriptor, rows: readonly ComparisonRow[]): readonly Column[] {
  const shown = problem.metrics.filter(
    (metric) =>
      standsAlone(metric) &&
      (metric.earlier !== true || rows.some(({ metrics }) => metrics[metric.name] !== undefined)),
  );
  return [
    ...shown.map((metric) => {
      const { name, label, column, help, unit } = metric;
      return {
        id: name,
        title: column ?? (unit === '' ? label : `${label}, ${unit}`),
        help: `${label}. ${help}`,
        metric,
        value: (row: ComparisonRow) => row.metrics[name] ?? null,
      };
    }),
    SPEED,
  ];
}

/** What the address names; where it names none of them, what the problem wants in the table. */
export function shownColumns(
  all: readonly Column[],
  problem: ProblemDescriptor,
  query: string | undefined,
): readonly Column[] {
  const asked = new Set((query ?? '').split('|'));
  const chosen = all.filter(({ id }) => asked.has(id));
  if (chosen.length > 0) return chosen;
  const usual = new Set(defaultColumns(problem));
  return all.filter(({ id }) => usual.has(id));
}

export function defaultColumns(problem: ProblemDescriptor): readonly string[] {
  const columns = problem.metrics.flatMap(({ name, column }) => (column === undefined ? [] : [name]));
  return [...columns, SPEED.id];
}

/** `-gap`: descending. Without one of the columns, the selection metric, best first. */
export function sortingFromQuery(
  query: string | undefined,
  problem: ProblemDescriptor,
  columns: readonly Column[],
): Sorting {
  const descending = query?.startsWith('-') === true;
  const column = descending ? query.slice(1) : query;
  return columns.some(({ id }) => id === column)
    ? { column: column!, descending }
    : { column: problem.selectionMetric, descending: problem.direction === 'maximize' };
}

/** Rows without a value come last either way; equal ones stay in the order given. */
export function sortRows(
  rows: readonly ComparisonRow[],
  columns: readonly Column[],
  { column, descending }: Sorting,
): readonly ComparisonRow[] {
  const by = columns.find(({ id }) => id === column);
  if (by === undefined) return rows;
  const sign = descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [left, right] = [by.value(a)?.mean, by.value(b)?.mean];
    if (left === undefined || right === undefined) {
      return Number(left === undefined) - Number(right === undefined);
    }
    return sign * (left - right);
  });
}

/** All digits, for whoever copies the cell; empty for an empty one. */
export function exact(value: MeanOfSeeds | null): string {
  if (value === null) return '';
  const { mean, halfWidth, n } = value;
  return halfWidth === null ? `${mean} (n=${n})` : `${mean} \u00b1 ${halfWidth} (n=${n})`;
}

/** Cells of a table as text for the clipboard: tabs between cells, a line per row, numbers with all their digits. */
export function copiedText(
  table: HTMLTableElement,
  isWanted: (cell: HTMLTableCellElement) => boolean,
): string {
  return [...table.rows]
    .map((row) =>
      [...row.cells].filter(isWanted).map((cell) => cell.dataset['exact'] ?? cell.innerText.trim()),
    )
    .filter((cells) => cells.length > 0)
    .map((cells) => cells.join('\t'))
    .join('\n');
}
