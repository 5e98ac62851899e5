/** Looking for fields by words: in their names, keys, kinds and help. What is found is marked in the texts of the fields. */
import { getContext, setContext } from 'svelte';
import { labelOf, textOf, variantsOf, type Schema } from './schema.ts';

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

/** All that a field can be found by. */
export function textsOf(path: string, schema: Schema): readonly string[] {
  const key = path.slice(path.lastIndexOf('.') + 1);
  const inner = [schema, ...variantsOf(schema).map((variant) => variant.schema)];
  return [
    path,
    labelOf(key),
    schema.description ?? '',
    ...choicesOf(schema),
    ...inner.flatMap(({ properties = {} }) =>
      Object.entries(properties).flatMap(([member, own]) => textsOf(`${path}.${member}`, own)),
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
