/** Runs that a picture or a mean has no place for, in the words of pages and reports. */
import { counted } from '../counted.ts';

/**
 * `2 of 5 runs not drawn: not finite.`; empty where none is left out.
 * @param what becomes of them: `not drawn`
 * @param runs the last values that are needed of each run; null: it is not finite, undefined: nothing measured it
 */
export function leftOut(what: string, runs: readonly (readonly (number | null | undefined)[])[]): string {
  const infinite = runs.filter((values) => values.includes(null)).length;
  const missing = runs.filter((values) => !values.includes(null) && values.includes(undefined)).length;
  const reasons = [
    { count: infinite, why: 'not finite' },
    { count: missing, why: 'not measured' },
  ].filter(({ count }) => count > 0);
  if (reasons.length === 0) return '';
  const why = reasons.map(({ count, why }) => (reasons.length === 1 ? why : `${count} ${why}`)).join(', ');
  return `${infinite + missing} of ${counted(runs.length, 'run')} ${what}: ${why}.`;
}
