/**
 * A CSV file of any size, row after row: the pieces of the file are parsed as they come, and what is kept is up to the reader.
 *
 * A piece without a quotation mark is split at line ends and separators; csv-parse reads the others, whole records at a time. Both
 * give the same cells: a mark is the one character that changes what line ends and separators mean (RFC 4180, section 2). Splitting
 * takes a fifth to an eleventh of csv-parse's time on 500 000 rows of five columns, of which logs have millions.
 */
import { CsvError, parse } from 'csv-parse/browser/esm/sync';
import { AppError } from '../../shared/errors.ts';
import type { EngineHost, Wanted } from '../core/engine-host.ts';

const separators = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' } as const;
/** `auto`: the one that the header has most of. */
export type Separator = keyof typeof separators | 'auto';

/** Which file is read, as messages name it. */
export interface CsvFile {
  readonly path: string;
  /** The config key that names it. */
  readonly at: string;
  readonly separator: Separator;
}

/** @param line in the file, the header is line 1 */
type RowReader = (cells: readonly string[], line: number) => void;

/** Characters without a line end that are taken for a row; more are a quotation mark that nobody closes, or no table. */
const MOST_ROW = 2 ** 23;

/** A file that cannot be read, in one sentence. @param where after the name of the file, e.g. `line 3, column click` */
export function fileFault(
  { path, at }: Pick<CsvFile, 'path' | 'at'>,
  where: string,
  expected: string,
  found: string,
  remedy: string,
): AppError {
  const message = `${path}, ${where}: expected ${expected}, found ${found}; ${remedy}.`;
  return new AppError('validation', message, { path: at });
}

/** What the host refuses, with the config key that names the file. */
function keyed(error: unknown, at: string): unknown {
  if (!(error instanceof AppError) || error.path !== undefined) return error;
  return new AppError(error.kind, error.message, { path: at, cause: error });
}

/** `EngineHost.listFiles` of a path that a config key names. */
export async function filesAt(
  at: string,
  host: EngineHost,
  path: string,
  wanted: Wanted = {},
): Promise<readonly string[]> {
  try {
    return await host.listFiles(path, wanted);
  } catch (error) {
    throw keyed(error, at);
  }
}

/**
 * Reads all rows.
 * @param begin given the names of the columns, trimmed, makes the reader of the rows after them
 * @returns names of the columns
 * @throws AppError that names file, line and remedy: no rows, a name twice, a row of another length, bytes that are no text
 */
export async function readCsv(
  file: CsvFile,
  host: EngineHost,
  begin: (header: readonly string[]) => RowReader,
): Promise<readonly string[]> {
  let header: readonly string[] | undefined;
  let separator = '';
  let read: RowReader = () => undefined;
  let lines = 0;
  const take = (text: string) => {
    if (text === '') return;
    separator ||= separatorOf(file, text);
    lines = forEachRow(file, text, separator, lines, (cells, line) => {
      if (header === undefined) {
        header = namesOf(file, cells, line);
        read = begin(header);
        return;
      }
      if (cells.length !== header.length) refuseLength(file, line, header.length, cells.length, separator);
      read(cells, line);
    });
  };
  let rest = '';
  for await (const piece of texts(file, host)) {
    const all = rest + piece;
    const end = endOfRows(all);
    if (end === 0 && all.length > MOST_ROW) {
      throw fileFault(
        file,
        `line ${lines + 1}`,
        `a row of fewer than ${MOST_ROW} characters`,
        'a longer one',
        'close the quotation mark that begins there, or choose a CSV file',
      );
    }
    take(all.slice(0, end));
    rest = all.slice(end);
    await host.breathe();
  }
  take(rest);
  if (header === undefined) throw emptyFile(file);
  return header;
}

function emptyFile(file: CsvFile): AppError {
  return fileFault(file, 'line 1', 'the names of the columns', 'an empty file', 'choose another file');
}

/**
 * The header and the first rows, without the rest of the file.
 * @throws AppError that names file, line and remedy, of what was read
 */
export async function firstRows(
  file: CsvFile,
  host: EngineHost,
  count: number,
): Promise<{ readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] }> {
  let text = '';
  for await (const piece of texts(file, host)) {
    text += piece;
    const whole = text.slice(0, endOfRows(text));
    if (linesOf(whole) <= count && text.length <= MOST_ROW) continue;
    text = whole;
    break;
  }
  const found: (readonly string[])[] = [];
  forEachRow(file, text, separatorOf(file, text), 0, (cells) => {
    if (found.length <= count) found.push(cells);
  });
  const [header, ...rows] = found;
  if (header === undefined) throw emptyFile(file);
  return { header: namesOf(file, header, 1), rows };
}

/** The file's characters, piece by piece. UTF-8, or UTF-16 with a byte order mark, which is left out. */
async function* texts(file: CsvFile, host: EngineHost): AsyncIterable<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  const refused = () =>
    fileFault(file, 'the file', 'text in UTF-8', 'bytes that are not UTF-8', 'save it as CSV in UTF-8');
  const decode = (bytes: Uint8Array, stream: boolean) => {
    try {
      return decoder!.decode(bytes, { stream });
    } catch {
      throw refused();
    }
  };
  try {
    for await (const bytes of host.readChunks(file.path)) {
      decoder ??= new TextDecoder(encodingOf(bytes), { fatal: true });
      const text = decode(bytes, true);
      if (text.includes('\0')) throw refused();
      yield text;
    }
  } catch (error) {
    throw keyed(error, file.at);
  }
  if (decoder !== undefined) yield decode(new Uint8Array(), false);
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/** Where the last whole row ends: after a line end that is in no quoted cell; 0: there is none. */
function endOfRows(text: string): number {
  // A return at the very end may be half of a line end.
  const lastEnd = (from: number, to: number) => {
    const feed = text.lastIndexOf('\n', to - 1);
    if (feed >= from) return feed + 1;
    const back = text.lastIndexOf('\r', Math.min(to, text.length - 1) - 1);
    return back >= from && to > from ? back + 1 : 0;
  };
  let end = 0;
  let from = 0;
  for (let quoted = false; ; quoted = !quoted) {
    const mark = text.indexOf('"', from);
    const to = mark === -1 ? text.length : mark;
    if (!quoted) end = lastEnd(from, to) || end;
    if (mark === -1) return end;
    from = mark + 1;
  }
}

/** @returns lines so far, with those of this text */
function forEachRow(file: CsvFile, text: string, separator: string, before: number, each: RowReader): number {
  if (!text.includes('"')) {
    const lines = text.split(/\r\n|\n|\r/);
    if (lines.at(-1) === '') lines.pop();
    lines.forEach((line, i) => {
      if (line !== '') each(line.split(separator), before + i + 1);
    });
    return before + lines.length;
  }
  const records = parsed(file, text, separator, before);
  for (const { record, info } of records) each(record, before + info.lines);
  return before + linesOf(text);
}

function linesOf(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function parsed(file: CsvFile, text: string, separator: string, before: number): readonly Parsed[] {
  try {
    // With `info`, a record comes with where it was found.
    return parse(text, {
      delimiter: separator,
      info: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as readonly Parsed[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines = 0 } = error as { readonly lines?: number };
    // Of a mark that nobody closes, csv-parse tells the last line of the file.
    const at = error.code === 'CSV_QUOTE_NOT_CLOSED' ? linesOf(text.slice(0, endOfRows(text))) + 1 : lines;
    throw fileFault(
      file,
      `line ${before + at}`,
      'cells whose quotation marks are closed, and doubled inside',
      'others',
      'correct the row, or write the file again with a program that quotes cells',
    );
  }
}

function separatorOf({ separator }: CsvFile, text: string): string {
  if (separator !== 'auto') return separators[separator];
  const header = (/^[^\r\n]*/.exec(text)?.[0] ?? '').replace(/"[^"]*"/g, '');
  const counts = Object.values(separators).map((one) => ({ one, count: header.split(one).length }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).one;
}

function namesOf(file: CsvFile, cells: readonly string[], line: number): readonly string[] {
  const names = cells.map((cell) => cell.trim());
  const twice = names.findIndex((name, i) => name !== '' && names.indexOf(name) !== i);
  if (twice === -1) return names;
  throw fileFault(
    file,
    `line ${line}`,
    'a different name for every column',
    `"${names[twice]}" for columns ${names.indexOf(names[twice]!) + 1} and ${twice + 1}`,
    'rename one of them',
  );
}

function refuseLength(
  file: CsvFile,
  line: number,
  expected: number,
  found: number,
  separator: string,
): never {
  const shown = separator === '\t' ? 'tabs' : `"${separator}"`;
  throw fileFault(
    file,
    `line ${line}`,
    `${expected} cells between ${shown}, as the header has`,
    `${found}`,
    'correct the row, or name another separator',
  );
}
