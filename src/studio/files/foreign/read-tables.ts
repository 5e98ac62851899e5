/** CSV, JSON Lines and Parquet of other programs as rows. The files may be hostile: sizes are bounded, and JSON is read with care. */
import { readFileSync } from 'node:fs';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, type Compressors } from 'hyparquet';
import { decodeText } from '../../../shared/decode-text.ts';
import { AppError } from '../../../shared/errors.ts';
import { readCells } from '../../../shared/table-cells.ts';
import { parseUntrusted } from '../safe-json.ts';
import { foreignLimits } from './foreign-run.ts';
import type { TableRuns } from './table-runs.ts';

/** Tells that it is alive. */
type Progress = (share: number) => void;

/** Beside Snappy, which the reader knows. A page that unpacks to more than it says is refused. */
const compressors: Compressors = {
  GZIP: (page, size) => gunzipSync(page, { maxOutputLength: Math.max(1, size) }),
  ZSTD: (page, size) => zstdDecompressSync(page, { maxOutputLength: Math.max(1, size) }),
  BROTLI: (page, size) => brotliDecompressSync(page, { maxOutputLength: Math.max(1, size) }),
};

/** Values of one line, lists and objects counted. */
const MOST_LINE_VALUES = 100_000;
const TOLD_ROWS = 10_000;

export async function readCsvRuns(path: string, into: TableRuns, progress: Progress): Promise<void> {
  const { names, rows, lines } = await readCells(textOf(path), path);
  if (names === null)
    throw new AppError(
      'validation',
      `${path}: expected the names of the columns in the first row, found numbers; add them.`,
    );
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new AppError(
      'validation',
      `${path}: expected a different name for every column, found "${twice}" twice; rename one.`,
    );
  into.begin(names);
  for (const [i, row] of rows.entries()) {
    into.row(Object.fromEntries(names.map((name, c) => [name, row[c]])), `line ${lines[i]}`);
    if (i % TOLD_ROWS === 0) progress(i / rows.length);
  }
}

export function readJsonLinesRuns(path: string, into: TableRuns, progress: Progress): void {
  const lines = textOf(path).split(/\r\n|\n|\r/);
  // Of JSON Lines, rows may have different keys, and roles may be missing in the first.
  const keys = new Set<string>();
  const rows: [Record<string, unknown>, number][] = [];
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const row = objectOf(path, line, i, i === lines.length - 1);
    if (row === null) continue;
    const flat = flattened(row);
    for (const key of Object.keys(flat)) keys.add(key);
    rows.push([flat, i + 1]);
    if (i % TOLD_ROWS === 0) progress((0.5 * i) / lines.length);
  }
  into.begin([...keys]);
  for (const [i, [row, line]] of rows.entries()) {
    into.row(row, `line ${line}`);
    if (i % TOLD_ROWS === 0) progress(0.5 + (0.5 * i) / rows.length);
  }
}

/** Null of a last line that a running program has not finished. */
function objectOf(path: string, line: string, i: number, isLast: boolean): Record<string, unknown> | null {
  let found: unknown;
  try {
    found = parseUntrusted(withNumbers(line), MOST_LINE_VALUES);
  } catch (error) {
    if (isLast) return null;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError(
      'validation',
      `${path}, line ${i + 1}: expected one JSON object per line, found ${reason.slice(0, 200)}; correct the line.`,
    );
  }
  if (typeof found === 'object' && found !== null && !Array.isArray(found))
    return found as Record<string, unknown>;
  throw new AppError(
    'validation',
    `${path}, line ${i + 1}: expected a JSON object, found ${line.trim().slice(0, 40)}; write one object per line.`,
  );
}

/** Python's json writes NaN and Infinity, which are no JSON. */
function withNumbers(line: string): string {
  return /NaN|Infinity/.test(line)
    ? line.replace(/([:,[]\s*)(NaN|-?Infinity)(?=\s*[,}\]])/g, '$1"$2"')
    : line;
}

/** Nested objects as names with dots; lists are left out. */
function flattened(row: Readonly<Record<string, unknown>>, before = ''): Record<string, unknown> {
  const flat: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(row)) {
    if (Array.isArray(value)) continue;
    if (typeof value === 'object' && value !== null)
      Object.assign(flat, flattened(value as Record<string, unknown>, `${before}${key}.`));
    else flat[before + key] = value;
  }
  return flat;
}

export async function readParquetRuns(path: string, into: TableRuns, progress: Progress): Promise<void> {
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const rows = Number(metadata.num_rows);
    if (rows > foreignLimits.points)
      throw new AppError(
        'validation',
        `${path}: expected at most ${foreignLimits.points} rows, found ${rows}; split the file.`,
      );
    const names = metadata.schema.slice(1).map(({ name }) => name);
    into.begin(names);
    let first = 0;
    for (const group of metadata.row_groups) {
      const count = Number(group.num_rows);
      const part = await parquetReadObjects({
        file,
        metadata,
        rowStart: first,
        rowEnd: first + count,
        compressors,
      });
      part.forEach((row, i) => into.row(row, `row ${first + i}`));
      first += count;
      progress(first / Math.max(1, rows));
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError(
      'validation',
      `${path} cannot be read as Parquet: ${reason.slice(0, 300)}; write it again, e.g. with pandas.`,
      { cause: error },
    );
  }
}

function textOf(path: string): string {
  const text = decodeText(readFileSync(path));
  if (text === null) throw new AppError('validation', `${path}: expected text, found binary data.`);
  return text;
}
