/** Rows of a log that are the same as an earlier one in every column, found while the file streams by. */
import { counted } from '../../shared/counted.ts';

/** Between two cells: no text file has it. */
const CELL_END = 0x1f;

/**
 * Counts them by a hash of 64 bits a row, and finds the first one by its line. Among 10 million rows that all differ, two have the
 * same hash with a probability of 3e-6 (n^2 / 2^65).
 */
export class RepeatedRows {
  #rows = 0;
  /** Two numbers a row, in the order of the file: put in order at the end, as a table of them would be out of every cache. */
  #hashes = new Uint32Array(2 * 1024);
  #lines = new Uint32Array(1024);

  add(cells: readonly string[], line: number): void {
    if (this.#rows === this.#lines.length) {
      this.#hashes = doubled(this.#hashes);
      this.#lines = doubled(this.#lines);
    }
    writeHash(cells, this.#hashes, 2 * this.#rows);
    this.#lines[this.#rows++] = line;
  }

  /** Rows of which an earlier one has the same cells. */
  count(): number {
    return repeatsIn(this.#ordered()).length;
  }

  /** Line of the first of them; null: there is none. */
  firstLine(): number | null {
    const twice = new Set(repeatsIn(this.#ordered()));
    if (twice.size === 0) return null;
    const seen = new Set<bigint>();
    for (const [row, hash] of this.#all().entries()) {
      if (seen.has(hash)) return this.#lines[row]!;
      if (twice.has(hash)) seen.add(hash);
    }
    return null;
  }

  #all(): BigUint64Array {
    return new BigUint64Array(this.#hashes.buffer, 0, this.#rows);
  }

  #ordered(): BigUint64Array {
    return this.#all().slice().sort();
  }
}

/** Of ascending numbers, those that are the same as the one before. */
function repeatsIn(ascending: BigUint64Array): bigint[] {
  // Read by halves: a bigint for every row would take longer than their order.
  const halves = new Uint32Array(ascending.buffer);
  const repeats: bigint[] = [];
  for (let i = 2; i < halves.length; i += 2) {
    if (halves[i] === halves[i - 2] && halves[i + 1] === halves[i - 1]) repeats.push(ascending[i / 2]!);
  }
  return repeats;
}

function doubled(values: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * values.length);
  larger.set(values);
  return larger;
}

/**
 * Two hashes of 32 bits, written side by side.
 * Source: cyrb53, https://github.com/bryc/code/blob/master/jshash/experimental/cyrb53.js
 */
function writeHash(cells: readonly string[], to: Uint32Array, at: number): void {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (const cell of cells) {
    for (let i = 0; i <= cell.length; i++) {
      const code = i < cell.length ? cell.charCodeAt(i) : CELL_END;
      a = Math.imul(a ^ code, 2654435761);
      b = Math.imul(b ^ code, 1597334677);
    }
  }
  const mixed = (x: number, y: number) =>
    Math.imul(x ^ (x >>> 16), 2246822507) ^ Math.imul(y ^ (y >>> 13), 3266489909);
  const high = mixed(a, b);
  to[at] = mixed(b, high);
  to[at + 1] = high;
}

/** A name of one event, of which there is one row. */
const EVENT = /^(event|impression|log|record)[ _-]?id$|^uuid$/i;
/** The number of a row, which begins anew where files were put together. */
const NUMBERING = /^$|^index$|^row$|^row[ _-]?(id|number)$|^unnamed: ?0$/i;
const TIME = /timestamp|datetime|^time$|^(event|created|logged)[ _-]?(at|time)$/i;

/**
 * Columns in which no two rows are the same: the name of an event, or the number of a row and its time; null: there are none, and
 * equal rows may be chance. A number alone does not tell rows apart in a log of several files, nor a time alone where several items
 * are shown at once.
 * @param header names of the columns
 */
export function tellingColumns(header: readonly string[]): readonly string[] | null {
  const event = header.find((name) => EVENT.test(name));
  if (event !== undefined) return [event];
  const number = header.find((name) => NUMBERING.test(name));
  const time = header.find((name) => TIME.test(name));
  return number === undefined || time === undefined ? null : [number, time];
}

/** In a sentence; null: no row repeats another. */
export function repeatedWords(repeated: number): string | null {
  if (repeated === 0) return null;
  return `${counted(repeated, 'row')} of the log ${repeated === 1 ? 'is' : 'are'} the same as an earlier one in every column: by chance where columns are few, otherwise the log has them twice.`;
}
