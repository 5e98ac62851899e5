/** What went wrong as a sentence of the page: studio, engine and command line write it small and without its full stop. */
import { toWireError } from '../../shared/errors.ts';

/** A plain word at the beginning gets its capital; a file name, a path, an id, a symbol or a config key stays as it is written. */
export function sentence(text: string): string {
  const begun = /^(a|[a-z]{2,})[ ,]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return begun === '' || /[.!?\u2026]$/.test(begun) ? begun : `${begun}.`;
}

export function sentenceOf(error: unknown): string {
  return sentence(toWireError(error).message);
}

/** What is wrong with a field, where its name stands beside: a key at the beginning would be that name again. */
export function issueSentence(path: string, message: string): string {
  const key = `${path.split('.').at(-1) ?? ''}: `;
  return sentence(message.startsWith(key) ? message.slice(key.length) : message);
}
