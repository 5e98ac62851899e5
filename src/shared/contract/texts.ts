/** Texts that people write, as the studio takes them: bounded, and without characters that deceive the eye. */
import { z } from 'zod';

/** Control characters, and the marks that change the direction of the text after them. */
const deceptive = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
const lineBreaks = /[\n\r\t]/g;
const REFUSED = 'control characters and marks that turn the direction of text are not taken; remove them';

/** Name of a run or comparison: one line. */
export const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => !deceptive.test(text), REFUSED);

/** Tags of one run. */
export const MOST_TAGS = 50;

export const tagSchema = z
  .string()
  .trim()
  .min(1)
  .max(50)
  .refine((text) => !deceptive.test(text), REFUSED);

/** Notes: Markdown, shown as text where it is not rendered safely. */
export const notesSchema = z
  .string()
  .max(65_536)
  .refine((text) => !deceptive.test(text.replace(lineBreaks, '')), REFUSED);

/** Id of a run or a comparison. */
export const idSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'an id is 1 to 64 small letters, digits and -');
/** As many as a table of runs may have selected. */
export const idsSchema = z.array(idSchema).min(1).max(5000);
