/** Sources of what a report used, as BibTeX. */
import type { SourceReference } from '../../shared/descriptor.ts';
import { listEstimators } from '../catalog.ts';
import type { ReportContent } from './content.ts';
import { escapeLatex } from './escape-latex.ts';

/** Words that a title may begin with and that say nothing of it. */
const EMPTY_WORDS = new Set(['a', 'an', 'the', 'on', 'in', 'of', 'for', 'to']);

/** References of the problems and estimators of the runs, each once, in that order; empty: there are none. */
export function bibliography(contents: readonly ReportContent[]): string {
  const parts = contents.flatMap((content) => content.parts);
  const used = new Set(parts.flatMap(({ table }) => table.map(({ estimator }) => estimator)));
  const references = [
    ...parts.flatMap(({ descriptor }) => descriptor?.references ?? []),
    ...listEstimators()
      .filter(({ id }) => used.has(id))
      .flatMap((estimator) => estimator.references),
  ];
  const taken = new Set<string>();
  return [...new Map(references.map((one) => [workOf(one), one])).values()]
    .map((reference) => {
      const plain = keyOf(reference);
      let key = plain;
      for (let n = 2; taken.has(key); n++) key = `${plain}-${n}`;
      taken.add(key);
      return entry(key, reference);
    })
    .join('\n\n');
}

/** One work may be cited for several of its sections. */
function workOf({ title, url }: SourceReference): string {
  return `${title.toLowerCase()} ${url}`;
}

function entry(key: string, { authors, title, venue, url }: SourceReference): string {
  const arxiv = /^https:\/\/arxiv\.org\/abs\/([\w./-]+)$/.exec(url)?.[1];
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['author', authors.split(/,\s*/).map(escapeLatex).join(' and ')],
    ['title', `{${escapeLatex(title)}}`],
    ['howpublished', escapeLatex(venue)],
    ['year', yearOf(venue)],
    ['eprint', arxiv],
    ['archiveprefix', arxiv === undefined ? undefined : 'arXiv'],
    ['url', url],
  ];
  const lines = fields.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name} = {${value}},`]));
  return [`@misc{${key},`, ...lines, '}'].join('\n');
}

/** `jang2017categorical`: first author, year, first word of the title that says something. */
function keyOf({ authors, title, venue }: SourceReference): string {
  const words = title
    .split(/\s+/)
    .map(plainWord)
    .filter((word) => word !== '' && !EMPTY_WORDS.has(word));
  return `${plainWord(authors.split(',')[0] ?? '')}${yearOf(venue) ?? ''}${words[0] ?? ''}`;
}

function yearOf(venue: string): string | undefined {
  return /\b(?:19|20)\d\d\b/.exec(venue)?.[0];
}

/** Letters and digits of ASCII alone, accents taken off. */
function plainWord(word: string): string {
  return word
    .normalize('NFD')
    .toLowerCase()
    .replace(/-.*$/, '')
    .replace(/[^a-z0-9]/g, '');
}
