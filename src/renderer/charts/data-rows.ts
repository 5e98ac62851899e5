/** The points of some lines as rows of a table: one row per step, one column per line. */
import type { ChartLine, Span } from './chart-data.ts';

export interface DataRow {
  readonly step: number;
  /** Undefined where a line has no point at this step. */
  readonly values: readonly (number | undefined)[];
}

export function dataRows(lines: readonly ChartLine[], span: Span): readonly DataRow[] {
  const columns = lines.map(({ xs, ys }) => new Map(Array.from(xs, (x, i): [number, number] => [x, ys[i]!])));
  return [...new Set(columns.flatMap((column) => [...column.keys()]))]
    .filter((step) => step >= span.from && step <= span.to)
    .sort((a, b) => a - b)
    .map((step) => ({ step, values: columns.map((column) => column.get(step)) }));
}

/** Tab-separated with full precision, as spreadsheets take it; an empty cell where there is no point. */
export function rowsAsText(axis: string, lines: readonly ChartLine[], rows: readonly DataRow[]): string {
  return [
    [axis, ...lines.map(({ label }) => label)].join('\t'),
    ...rows.map(({ step, values }) => [step, ...values.map((value) => value ?? '')].join('\t')),
  ].join('\n');
}
