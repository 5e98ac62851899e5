/** The known word most like a mistyped or shortened one, for "did you mean". */
import { closest } from 'fastest-levenshtein';

export function nearest(text: string, known: readonly string[]): string {
  // By distance alone, a part of a long word is nearer to any short word.
  const whole = known
    .filter((word) => word.includes(text))
    .sort((a, b) => a.indexOf(text) - b.indexOf(text) || a.length - b.length)[0];
  return whole ?? closest(text, known);
}
