/** What an address asks for and a lab cannot take, whatever was pasted there. */
import type { Query } from '../../app/router.svelte.ts';

const SHOWN = 40;

/** One sentence for each key whose value is another now; empty if the lab shows what was asked for. */
export function addressChanges(given: Query, taken: Query): readonly string[] {
  return Object.entries(given).flatMap(([key, text]) => {
    const now = taken[key];
    if (text === '' || now === undefined || now === '' || isSame(text, now)) return [];
    return [`The address has ${key}=${text.slice(0, SHOWN)}, which cannot be taken; ${now} is shown.`];
  });
}

/** As texts, or as lists of numbers. */
function isSame(a: string, b: string): boolean {
  if (a === b) return true;
  const [left, right] = [numbersOf(a), numbersOf(b)];
  return left.length === right.length && left.every((value, i) => value === right[i]);
}

function numbersOf(text: string): readonly number[] {
  // NaN is like nothing, itself included.
  return text.split(/[,;\s]+/).map((word) => (word === '' ? Number.NaN : Number(word)));
}
