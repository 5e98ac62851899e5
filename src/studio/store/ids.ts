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

/**
 * Ids of a comparison's runs: sorted as text, those that are made together are in the order of creation.
 * @param known ids of earlier ones, after which these come
 */
export function runIds(comparison: string, count: number, known: readonly string[] = []): readonly string[] {
  const numbers = known.map((id) => Number(id.slice(comparison.length + 1)));
  const from = 1 + Math.max(-1, ...numbers.filter(Number.isFinite));
  const width = Math.max(2, String(from + count - 1).length);
  return Array.from({ length: count }, (_, n) => `${comparison}-${String(from + n).padStart(width, '0')}`);
}
