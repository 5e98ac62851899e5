/** Where words go: results on stdout (one JSON document with --json), everything else on stderr. */
import Table from 'cli-table3';

export interface Output {
  readonly json: boolean;
  /** The verb's result: `text` for a person, `document` for a script. */
  result(text: string, document: unknown): void;
  note(message: string): void;
}

export function createOutput(json: boolean): Output {
  return {
    json,
    result(text, document) {
      process.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : `${text}\n`);
    },
    note(message) {
      process.stderr.write(`${printable(message)}\n`);
    },
  };
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

const bare = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
};

/** Width of pages that no terminal has a width for. */
const PAGE = 120;
const GAP = '  ';

/** A plain aligned table; columns named in `right` are numbers. The last column is wrapped to the terminal. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] = [],
): string {
  const cells = [head, ...rows].map((row) => row.map(printable));
  const widths = head.map((_, i) => Math.max(...cells.map((row) => (row[i] ?? '').length)));
  const taken = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, 0);
  const room = Math.max(30, (process.stdout.isTTY ? process.stdout.columns : PAGE) - taken);
  const last = Math.min(widths.at(-1) ?? 0, room);
  const made = new Table({
    chars: { ...bare, middle: GAP },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: head.map((name) => (right.includes(name) ? 'right' : 'left')),
    colWidths: [...widths.slice(0, -1), last],
    wordWrap: true,
  });
  made.push(...cells);
  return made.toString().replace(/[ \t]+$/gm, '');
}
