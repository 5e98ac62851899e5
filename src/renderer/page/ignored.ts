/** What an address asks for and the page does not have: an old link, or one that somebody changed by hand. */
import type { Query } from './router.svelte.ts';

export interface Parameter {
  /** Whether the page has such a word, or can read it. */
  knows(word: string): boolean;
  /** Between the words of a list; absent: the value is one word. */
  readonly separator?: string;
  /** What is shown in its place, as a part of a sentence. */
  readonly instead: string;
}

export interface Ignored {
  readonly key: string;
  readonly sentence: string;
  /** What is left of the value. */
  readonly rest: string;
}

const SHOWN = 40;

/** One for each key of which something is not known, in the order of `parameters`. */
export function ignoredIn(query: Query, parameters: Readonly<Record<string, Parameter>>): readonly Ignored[] {
  return Object.entries(parameters).flatMap(([key, { knows, separator, instead }]) => {
    const value = query[key] ?? '';
    const words = (separator === undefined ? [value] : value.split(separator)).filter((word) => word !== '');
    const unknown = words.filter((word) => !knows(word));
    if (unknown.length === 0) return [];
    const text = unknown.join(separator ?? '');
    const cut = text.length > SHOWN ? `${text.slice(0, SHOWN)}\u2026` : text;
    const rest = words.filter((word) => knows(word)).join(separator ?? '');
    return [{ key, sentence: `Ignored ${key}=${cut} from the link; ${instead}.`, rest }];
  });
}

/** A parameter that is one of some words. */
export function oneWord(words: readonly string[], instead: string): Parameter {
  return { knows: (word) => words.includes(word), instead };
}

/** A parameter that is a JSON object. */
export function jsonObject(instead: string): Parameter {
  return {
    knows(text) {
      try {
        const value: unknown = JSON.parse(text);
        return typeof value === 'object' && value !== null && !Array.isArray(value);
      } catch {
        return false;
      }
    },
    instead,
  };
}
