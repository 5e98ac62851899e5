/**
 * Texts as the studio takes them, from a person or a file of others: bounded, and without characters that deceive the eye. Records
 * (shared/run.ts) are made of the same schemas, so that what is taken in can be shown.
 */
import { z } from 'zod';

/** Control characters, and the marks that change the direction of the text after them. */
const deceptive = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
const allDeceptive = new RegExp(deceptive, 'gu');
const lineBreaks = /[\n\r\t]/g;
const REFUSED = 'control characters and marks that change the direction of text are not allowed; remove them';

/** One line of at most so many characters. */
function lineSchema(most: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine((text) => !deceptive.test(text), REFUSED);
}

const LONGEST_NAME = 200;

/** Name of a run or comparison. */
export const nameSchema = lineSchema(LONGEST_NAME);

/** Name of a comparison that is kept: earlier versions named forks after their parent, with some words around its name. */
export const keptNameSchema = lineSchema(LONGEST_NAME + 56);

/** A name that is made of another one, cut to what a name may have. */
export function shortenedName(text: string): string {
  if (text.length <= LONGEST_NAME) return text;
  const beginning = text.slice(0, LONGEST_NAME - 1).replace(/[\ud800-\udbff]$/, '');
  return `${beginning.trimEnd()}\u2026`;
}

/** Tags of one run. */
export const MOST_TAGS = 50;

export const tagSchema = lineSchema(50);

/** Tags that are kept: pages and lists tell them apart by their text. */
export const tagsSchema = z
  .array(tagSchema)
  .max(MOST_TAGS)
  .refine((tags) => new Set(tags).size === tags.length, 'a tag appears twice');

/** Name of a problem, an estimator or a preset. */
export const identifierSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'expected 1 to 64 letters, digits, _ . and -');

/** What a program or a machine says of itself: cut and cleaned, not refused, as nobody can write it anew. */
export function saidSchema(most: number) {
  return z
    .string()
    .transform((text) =>
      text.slice(0, most).replace(allDeceptive, (found) => (/[\n\t]/.test(found) ? found : '\ufffd')),
    );
}

/** Notes: Markdown, shown as text where it is not rendered safely. */
export const notesSchema = z
  .string()
  .max(65_536)
  .refine((text) => !deceptive.test(text.replace(lineBreaks, '')), REFUSED);

/** Id of a run or a comparison. */
export const idSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'an id is 1 to 64 lower-case letters, digits and -');
/** As many as a table of runs may have selected. */
export const idsSchema = z.array(idSchema).min(1).max(5000);
