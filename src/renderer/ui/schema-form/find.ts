/** Looking for fields by words: in their names, keys, kinds and help. What is found is marked in the texts of the fields. */
import { getContext, setContext } from 'svelte';
import { isObject } from '../../../shared/config-path.ts';
import { labelOf, textOf, variantIndex, variantsOf, type Schema } from './schema.ts';

/** The words of a query, each of which a field must have somewhere. */
export function termsOf(query: string): readonly string[] {
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter((term) => term !== '');
}

export function isFound(terms: readonly string[], texts: readonly string[]): boolean {
  const all = texts.join('\n').toLowerCase();
  return terms.every((term) => all.includes(term));
}

/** What a field can be made, by name: its kinds, or the words that it takes. */
export function choicesOf(schema: Schema): readonly string[] {
  return [...variantsOf(schema).map(({ label }) => label), ...(schema.enum ?? []).map(textOf)];
}

/** All that a field can be found by: what is to be seen of it with its value, and what it can be made. */
export function textsOf(path: string, schema: Schema, value: unknown): readonly string[] {
  const key = path.slice(path.lastIndexOf('.') + 1);
  const variants = variantsOf(schema);
  const chosen = variants[variantIndex(variants, value)];
  const { properties = {} } = chosen?.schema ?? schema;
  return [
    path,
    labelOf(key),
    schema.description ?? '',
    chosen?.help ?? '',
    ...choicesOf(schema),
    ...Object.entries(properties)
      .filter(([, own]) => own.const === undefined)
      .flatMap(([member, own]) =>
        textsOf(`${path}.${member}`, own, isObject(value) ? value[member] : undefined),
      ),
  ];
}

/** A text in pieces, those that a term found marked. */
export function marked(
  text: string,
  terms: readonly string[],
): readonly { readonly text: string; readonly found: boolean }[] {
  if (terms.length === 0) return [{ text, found: false }];
  const words = terms.map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return text
    .split(new RegExp(`(${words.join('|')})`, 'i'))
    .map((piece, i) => ({ text: piece, found: i % 2 === 1 }))
    .filter((piece) => piece.text !== '');
}

const TERMS = Symbol('terms');

/** For all fields inside a component. */
export function provideTerms(terms: () => readonly string[]): void {
  setContext(TERMS, terms);
}

/** Of the search around a component; none where there is no search. */
export function useTerms(): () => readonly string[] {
  return getContext<(() => readonly string[]) | undefined>(TERMS) ?? (() => []);
}
