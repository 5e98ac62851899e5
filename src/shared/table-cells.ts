/** The cells of a small table as CSV, whole in memory. Logs of millions of rows are read by engine/off-policy/csv-rows.ts. */
import { AppError } from './errors.ts';

export interface Cells {
  /** The first row, where it is no row of numbers; trimmed. */
  readonly names: readonly string[] | null;
  /** All of one length; one at least. */
  readonly rows: readonly (readonly string[])[];
  /** The line of each row in the file, from 1. */
  readonly lines: readonly number[];
  /** Columns of the file that were left out before the first. */
  readonly skipped?: number;
}

const SEPARATORS = [',', ';', '\t', '|'];
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** As Python, R, JavaScript and our own exports write them. */
const WORDS: Readonly<Record<string, number>> = { nan: NaN, inf: Infinity, infinity: Infinity };

/** The number in a cell, which may be NaN or infinite; null of anything else. */
export function cellNumber(cell: string): number | null {
  const text = cell.trim();
  if (NUMBER.test(text)) return Number(text);
  const word = WORDS[text.toLowerCase().replace(/^[+-]/, '')];
  if (word === undefined) return null;
  return text.startsWith('-') ? -word : word;
}

/**
 * Rows of a table: cells between commas, semicolons, tabs or bars, whichever the first row has most of; quoted as in RFC 4180.
 * Without a quotation mark text is split at line ends and separators, which gives the same cells in a fraction of the time.
 * @param file its name, for messages
 * @throws AppError validation: nothing to read, a row of another length, a quotation mark that nobody closes
 */
export async function readCells(text: string, file: string): Promise<Cells> {
  const body = text.replace(/^\uFEFF/, '');
  const head = (/^[^\r\n]*/.exec(body.trimStart())?.[0] ?? '').replace(/"[^"]*"/g, '');
  const separator = SEPARATORS.reduce((best, next) =>
    head.split(next).length > head.split(best).length ? next : best,
  );
  const found = body.includes('"') ? await quotedRows(body, separator, file) : plainRows(body, separator);
  const [first] = found;
  if (first === undefined) {
    throw new AppError(
      'validation',
      `${file}: expected rows of numbers, found an empty file; choose another file.`,
    );
  }
  const ragged = found.find(({ cells }) => cells.length !== first.cells.length);
  if (ragged !== undefined) {
    const shown = separator === '\t' ? 'tabs' : `"${separator}"`;
    throw new AppError(
      'validation',
      `${file}, line ${ragged.line}: expected ${first.cells.length} cells between ${shown}, as the first row has, found ${ragged.cells.length}; correct the row.`,
    );
  }
  const named = first.cells.some((cell) => cellNumber(cell) === null);
  const rows = named ? found.slice(1) : found;
  if (rows.length === 0) {
    throw new AppError(
      'validation',
      `${file}: expected rows of numbers after the names of the columns, found none; choose another file.`,
    );
  }
  return {
    names: named ? first.cells.map((cell) => cell.trim()) : null,
    rows: rows.map(({ cells }) => cells),
    lines: rows.map(({ line }) => line),
  };
}

interface Row {
  readonly cells: readonly string[];
  readonly line: number;
}

function plainRows(text: string, separator: string): Row[] {
  return text
    .split(/\r\n|\n|\r/)
    .flatMap((line, i) => (line.trim() === '' ? [] : [{ cells: line.split(separator), line: i + 1 }]));
}

async function quotedRows(text: string, separator: string, file: string): Promise<Row[]> {
  // The build for pages, which Node takes as well: this module is read in both. Loaded only where a cell is quoted.
  const { parse } = await import('csv-parse/browser/esm/sync');
  try {
    const records = parse(text, {
      delimiter: separator,
      info: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as readonly { readonly record: string[]; readonly info: { readonly lines: number } }[];
    return records.map(({ record, info }) => ({ cells: record, line: info.lines }));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError(
      'validation',
      `${file}: expected cells whose quotation marks are closed, and doubled inside (${reason}); write the file again with a program that quotes cells.`,
      { cause: error },
    );
  }
}
