/**
 * Tables as CSV (RFC 4180). Numbers have all their digits (the shortest text that reads back as the same double; NaN and
 * infinities as such). A text that a spreadsheet would take for a formula has a ' before it (OWASP, CSV injection); a number
 * never has.
 */
import { stringify, type Options } from 'csv-stringify/browser/esm/sync';

/** For csv-stringify, whole or streamed. */
export const csvOptions = {
  escape_formulas: true,
  cast: {
    number: (value) => (Object.is(value, -0) ? '-0' : String(value)),
    // Beyond the library's list, OWASP names the line feed, and a NUL hides what follows it from the library.
    string: (value) => (/^[\0\n]/.test(value) ? `'${value}` : value),
  },
} satisfies Options;

/** One row per line, the names of the columns first. */
export function csvText(rows: readonly (readonly (string | number | null)[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    csvOptions,
  );
}
