import { randomInt } from 'node:crypto';

/** Crockford's base 32: digits and letters without i, l, o and u, which are easily misread. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const digits = 10;
const length = 8;

/**
 * A random id, safe as a file name and as a word on a command line. It begins with a letter, so that no spreadsheet takes
 * it for a number (1e234567). 22 x 32^7 ids: with 10 000 comparisons, 1 in 15 000 stores would meet one twice.
 */
export function newComparisonId(): string {
  let id = alphabet.charAt(randomInt(digits, alphabet.length));
  while (id.length < length) id += alphabet.charAt(randomInt(alphabet.length));
  return id;
}

/** Ids of a comparison's runs: sorted as text they are in the order of creation. */
export function runIds(comparison: string, count: number): readonly string[] {
  const width = Math.max(2, String(count - 1).length);
  return Array.from({ length: count }, (_, index) => `${comparison}-${String(index).padStart(width, '0')}`);
}
