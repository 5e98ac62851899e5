/** The known word most like a mistyped one, for "did you mean". */
import { closest } from 'fastest-levenshtein';

export function nearest(text: string, known: readonly string[]): string {
  return closest(text, known);
}
