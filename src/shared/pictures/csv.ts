/** Pictures as CSV: the first row names the columns. */
import { csvText } from '../csv.ts';
import type { Cell, PanelRows } from './parts.ts';
import { factRows, panelRows, type Picture } from './picture.ts';

export function rowsCsv({ header, rows }: PanelRows): string {
  return csvText([header, ...rows]);
}

/**
 * All of a picture as one table: the first column names the panel of a row, the others are those of all panels; a cell that a
 * panel does not have is empty. Facts come first, as a panel called `facts`.
 */
export function pictureCsv({ facts, panels }: Picture): string {
  const parts = [
    ...(facts.length === 0 ? [] : [{ title: 'facts', ...factRows(facts) }]),
    ...panels.map((panel) => ({ title: panel.title, ...panelRows(panel) })),
  ];
  const columns = [...new Set(parts.flatMap(({ header }) => header))];
  return rowsCsv({
    header: ['Panel', ...columns],
    rows: parts.flatMap(({ title, header, rows }) => {
      const places = columns.map((column) => header.indexOf(column));
      return rows.map((row): Cell[] => [title, ...places.map((place) => row[place] ?? null)]);
    }),
  });
}
