/** Rows of a log that are the same as an earlier one in every column, found while the file streams by. */
import { counted } from '../../shared/counted.ts';

/** Slots that are taken, before the table grows. */
const MOST_FULL = 0.6;
/** Between two cells: no text file has it. */
const CELL_END = 0x1f;

/**
 * Counts them by a hash of 64 bits a row, 14 to 28 bytes each. Among 10 million rows that all differ, two have the same hash with a
 * probability of 3e-6 (n^2 / 2^65).
 */
export class RepeatedRows {
  count = 0;
  #rows = 0;
  /** Open addressing, two numbers a slot; 0 and 0: free. */
  #slots = new Uint32Array(2 * 1024);

  /** @returns whether an earlier row has the same cells */
  add(cells: readonly string[]): boolean {
    if (this.#rows + 1 > (MOST_FULL * this.#slots.length) / 2) this.#grow();
    const [high, low] = hashOf(cells);
    if (insert(this.#slots, high, low)) {
      this.#rows++;
      return false;
    }
    this.count++;
    return true;
  }

  #grow(): void {
    const larger = new Uint32Array(2 * this.#slots.length);
    for (let i = 0; i < this.#slots.length; i += 2) {
      const [high, low] = [this.#slots[i]!, this.#slots[i + 1]!];
      if (high !== 0 || low !== 0) insert(larger, high, low);
    }
    this.#slots = larger;
  }
}

/** @returns false if it is there already */
function insert(slots: Uint32Array, high: number, low: number): boolean {
  const mask = slots.length - 1;
  for (let at = (2 * low) & mask; ; at = (at + 2) & mask) {
    const [there, below] = [slots[at]!, slots[at + 1]!];
    if (there === high && below === low) return false;
    if (there !== 0 || below !== 0) continue;
    slots[at] = high;
    slots[at + 1] = low;
    return true;
  }
}

/** Two hashes of 32 bits, never both 0. Source: cyrb53, https://github.com/bryc/code/blob/master/jshash/experimental/cyrb53.js */
function hashOf(cells: readonly string[]): readonly [high: number, low: number] {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  const take = (code: number) => {
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  };
  for (const cell of cells) {
    for (let i = 0; i < cell.length; i++) take(cell.charCodeAt(i));
    take(CELL_END);
  }
  const mixed = (x: number, y: number) =>
    Math.imul(x ^ (x >>> 16), 2246822507) ^ Math.imul(y ^ (y >>> 13), 3266489909);
  const high = mixed(a, b) >>> 0;
  const low = mixed(b, high) >>> 0;
  return [high === 0 && low === 0 ? 1 : high, low];
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
  return `${counted(repeated, 'row')} of the log ${repeated === 1 ? 'is' : 'are'} the same as an earlier one in every column: by chance where columns are few, else the log has them twice.`;
}
