/** What an address asks for and a lab cannot take, whatever was pasted there. */
import type { Query } from '../../page/router.svelte.ts';
import { counted } from '../../format/numbers.ts';
import type { NumberLimits } from './numbers-text.ts';

const SHOWN = 40;

/**
 * One sentence for each key whose value is another now; empty if the lab shows what was asked for.
 * @param allowed what can be taken, by key
 */
export function addressChanges(
  given: Query,
  taken: Query,
  allowed: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(given).flatMap(([key, text]) => {
    const now = taken[key];
    if (text === '' || now === undefined || now === '' || isSame(text, now)) return [];
    const range = allowed[key] === undefined ? '' : ` Expected: ${allowed[key]}.`;
    return [`Ignored ${key}=${text.slice(0, SHOWN)} from the link; showing ${now}.${range}`];
  });
}

/** What a list of numbers may be. */
export function numbersAllowed({ fewest, most, min, max }: NumberLimits): string {
  return `${fewest === most ? '' : `${fewest} to `}${counted(most, 'number')} from ${min} to ${max}`;
}

/** What a number may be. */
export function rangeAllowed({ min, max }: { readonly min: number; readonly max: number }): string {
  return `a number from ${min} to ${max}`;
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
