/** Lists of a config or a question as people type them: parts separated by commas, where JSON would have brackets and quotation marks. */
import type { z } from 'zod';
import { isObject, valueAt, withValue } from '../../shared/config-path.ts';

/** What the schema makes of a raw config, and the config as it was read, for messages about it. */
interface Parsed<T> {
  readonly parsed: z.ZodSafeParseResult<T>;
  readonly raw: unknown;
}

/**
 * Parses a config in which a list may be a text, `a, b`: its parts without the spaces around them; empty text, no part. They are texts
 * where the list takes texts, else numbers. A part that holds a comma itself needs the list as JSON.
 */
export function parsedWithLists<T>(schema: z.ZodType<T>, raw: unknown): Parsed<T> {
  const parsed = schema.safeParse(raw);
  if (parsed.success || !isObject(raw)) return { parsed, raw };
  const lists = parsed.error.issues
    .filter((issue) => issue.code === 'invalid_type' && issue.expected === 'array')
    .map(({ path }) => path.join('.'))
    .filter((path) => typeof valueAt(raw, path) === 'string');
  if (lists.length === 0) return { parsed, raw };
  const listed = (listOf: (text: string) => readonly unknown[]): Parsed<T> => {
    const read = lists.reduce(
      (config, path) => withValue(config, path, listOf(valueAt(config, path) as string)),
      raw,
    );
    return { parsed: schema.safeParse(read), raw: read };
  };
  const texts = listed(partsOf);
  if (texts.parsed.success) return texts;
  const numbers = listed((text) => partsOf(text).map(asNumber));
  return numbers.parsed.success ? numbers : texts;
}

function asNumber(part: string): number | string {
  const number = Number(part);
  return Number.isFinite(number) ? number : part;
}

function partsOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
