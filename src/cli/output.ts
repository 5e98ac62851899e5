/** Where words go: results on stdout (one JSON document with --json), everything else on stderr. */
import { exitCodes } from './exit-codes.ts';
import { graphemes, textWidth } from './text-width.ts';

export interface Output {
  readonly json: boolean;
  /** The verb's result: `text` for a person (made only if it is printed), `document` for a script. */
  result(text: string | (() => string), document: unknown): void;
  note(message: string): void;
}

export function createOutput(json: boolean): Output {
  return {
    json,
    result(text, document) {
      const shown = () => (typeof text === 'string' ? text : text());
      process.stdout.write(`${json ? JSON.stringify(document, null, 2) : shown()}\n`);
    },
    note(message) {
      process.stderr.write(`${printable(message)}\n`);
    },
  };
}

/**
 * A standard output that is full is no crash: one sentence, and exit code 1 where it would have been 0. One that is closed (`| head`) has
 * been read as far as anybody wanted, which is no fault. Without standard error the command goes on in silence.
 */
export function surviveLostOutput(): void {
  let lost = false;
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') return;
    if (!lost) process.stderr.write(`gumbel-studio: standard output cannot be written: ${message}\n`);
    lost = true;
  });
  process.stderr.on('error', () => undefined);
  process.on('exit', (code) => {
    if (lost && code === exitCodes.ok) process.exitCode = exitCodes.failed;
  });
}

/** Ends the process with what it has written, whatever is still under way: a trainer that hangs, say. */
export async function endProcess(): Promise<never> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => stream.write('', () => resolve()));
  }
  process.exit();
}

/** Names and messages may come from files of others: control characters and bidi overrides are shown, not obeyed. */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (char) => {
      const code = char.charCodeAt(0).toString(16).padStart(4, '0');
      return `\\u${code}`;
    },
  );
}

/** Width of pages that no terminal has a width for. */
const PAGE = 120;
const GAP = '  ';
/** Of the last column, however little the others leave of the page. */
const NARROWEST = 30;
/** Of any other column: a longer text is cut, so that one long name does not widen every row. */
const WIDEST = 80;

/**
 * A plain aligned table, in time and space linear in what it prints; columns named in `right` are numbers. The last column
 * is wrapped to the terminal.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] = [],
): string {
  const last = head.length - 1;
  const cells = [head, ...rows].map((row) =>
    head.map((_, i) => (i < last ? oneLine(row[i] ?? '') : printable(row[i] ?? '').replaceAll('\t', ' '))),
  );
  const widths = head.slice(0, -1).map((_, i) => widest(cells.map((row) => row[i] ?? '')));
  const taken = widths.reduce((sum, width) => sum + width + GAP.length, 0);
  const room = Math.max(NARROWEST, (process.stdout.isTTY ? process.stdout.columns : PAGE) - taken);
  const lines = cells.map((row) => wrapped(row[last] ?? '', room));
  const lastWidth = widest(lines.flat());
  const isRight = head.map((name) => right.includes(name));
  return cells
    .flatMap((row, y) =>
      (lines[y] ?? []).map((line, part) => {
        const before = widths.map((width, i) => padded(part === 0 ? (row[i] ?? '') : '', width, isRight[i]));
        return [...before, padded(line, lastWidth, isRight[last])].join(GAP).trimEnd();
      }),
    )
    .join('\n');
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, textWidth(text)), 0);
}

function oneLine(text: string): string {
  const line = printable(text.length > 4 * WIDEST ? text.slice(0, 4 * WIDEST) : text).replace(
    /[\t\n]+/g,
    ' ',
  );
  return textWidth(line) <= WIDEST ? line : `${cut(line, WIDEST - 1)}\u2026`;
}

/** The beginning of `text` that is at most `width` wide. */
function cut(text: string, width: number): string {
  let taken = '';
  let used = 0;
  for (const { segment } of graphemes(text)) {
    used += textWidth(segment);
    if (used > width) break;
    taken += segment;
  }
  return taken;
}

function padded(text: string, width: number, right = false): string {
  const space = ' '.repeat(Math.max(0, width - textWidth(text)));
  return right ? space + text : text + space;
}

/** Lines of at most `width`, broken at spaces, and within a word that is longer than a line. */
function wrapped(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    if (textWidth(paragraph) <= width) return [paragraph];
    const lines: string[] = [];
    let line = '';
    let used = 0;
    for (const word of paragraph.split(/(?<= )/).flatMap((piece) => pieces(piece, width))) {
      const length = textWidth(word.trimEnd());
      if (used + length > width && line !== '') {
        lines.push(line.trimEnd());
        line = '';
        used = 0;
      }
      line += word;
      used += textWidth(word);
    }
    return [...lines, line.trimEnd()];
  });
}

function pieces(word: string, width: number): string[] {
  if (textWidth(word) <= width) return [word];
  const found: string[] = [];
  let piece = '';
  let used = 0;
  for (const { segment } of graphemes(word)) {
    const one = textWidth(segment);
    if (used + one > width) {
      found.push(piece);
      piece = '';
      used = 0;
    }
    piece += segment;
    used += one;
  }
  return [...found, piece];
}
