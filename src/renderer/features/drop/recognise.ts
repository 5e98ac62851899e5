/** What a file is, from its first bytes: enough to offer something, never enough to trust it. The studio reads it itself. */
import { decodeText } from '../../../shared/decode-text.ts';
import { isNpy } from '../../../shared/npy.ts';

export type FileKind =
  /** A run, saved by a studio. */
  | 'run'
  /** Buyers and their bids, in the format of CATS. */
  | 'cats'
  | 'csv'
  /** An array that NumPy saved. */
  | 'npy'
  /** Metrics of runs of another program: Parquet, JSON Lines, or an event file of TensorBoard. */
  | 'metrics'
  | 'unknown';

/** So much of a file is looked at. */
export const LOOKED_AT = 64 * 1024;

const SQLITE = 'SQLite format 3\0';
/** "GSRN" at offset 68: SQLite's place for the id of the program that owns a database (sqlite.org/fileformat2.html, 1.3). */
const RUN_ID = 'GSRN';
const RUN_ID_AT = 68;

/** @param head the first bytes, at most `LOOKED_AT` */
export function recognise(head: Uint8Array): FileKind {
  const ascii = (from: number, length: number) => String.fromCharCode(...head.subarray(from, from + length));
  if (ascii(0, SQLITE.length) === SQLITE)
    return ascii(RUN_ID_AT, RUN_ID.length) === RUN_ID ? 'run' : 'unknown';
  if (isNpy(head)) return 'npy';
  // What every event file says in its first record, after 12 bytes of frame.
  if (ascii(0, 4) === 'PAR1' || ascii(12, 52).includes('brain.Event:')) return 'metrics';
  const text = decodeText(head);
  if (text === null) return 'unknown';
  const lines = text
    .split(/\r\n?|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (isCats(lines)) return 'cats';
  if (isJsonLines(lines)) return 'metrics';
  return isTable(lines) ? 'csv' : 'unknown';
}

/** An object a line, as far as the first tells; one long line may be cut. */
function isJsonLines([first = '']: readonly string[]): boolean {
  try {
    const value: unknown = JSON.parse(first.replace(/\b(NaN|-?Infinity)\b/g, '0'));
    return first.startsWith('{') && typeof value === 'object';
  } catch {
    return false;
  }
}

/** `goods N`, `bids N` and perhaps `dummy N`, in any order, stand before anything else but comments. */
function isCats(lines: readonly string[]): boolean {
  const words = lines
    .filter((line) => !line.startsWith('%'))
    .join(' ')
    .toLowerCase()
    .split(/\s+/, 6);
  const pairs = [0, 2, 4].map((i) => [words[i] ?? '', words[i + 1] ?? ''] as const);
  const counted = pairs.filter(([, count]) => /^\d+$/.test(count)).map(([name]) => name);
  const header = counted.includes('dummy') ? counted : counted.slice(0, 2);
  return ['bids goods', 'bids dummy goods'].includes(header.sort().join(' '));
}

/** Two lines or more with the same number of separators, at least one, as far as the first lines tell. */
function isTable(lines: readonly string[]): boolean {
  const first = lines.slice(0, 20);
  // The last of many lines may be cut.
  const whole = first.length < lines.length || lines.length < 3 ? first : first.slice(0, -1);
  return [',', ';', '\t'].some((separator) => {
    const counts = new Set(whole.map((line) => line.replace(/"[^"]*"/g, '').split(separator).length));
    return whole.length > 1 && counts.size === 1 && !counts.has(1);
  });
}
