/**
 * Panels as CSV (RFC 4180, first row names the columns). Numbers have all their digits; a text that a spreadsheet would take for a
 * formula has a ' before it (OWASP, CSV injection).
 */
import { stringify } from 'csv-stringify/browser/esm/sync';
import type { Cell, PanelRows } from './parts.ts';
import { factRows, panelRows, type Picture } from './picture.ts';

export function rowsCsv({ header, rows }: PanelRows): string {
  return stringify([header, ...rows], {
    escape_formulas: true,
    cast: {
      number: (value) => (Object.is(value, -0) ? '-0' : String(value)),
      // Beyond the library's list, OWASP names the line feed, and a NUL hides what follows it from the library.
      string: (value) => (/^[\0\n]/.test(value) ? `'${value}` : value),
    },
  });
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
