/** What is wrong with a config or settings, in words that name the key, what was expected and what was found. */
import type { z } from 'zod';
import { nearest } from './nearest.ts';

type Schema = z.core.JSONSchema.BaseSchema;
type Issue = z.core.$ZodIssue;

/**
 * @param schema JSON Schema of the config, for the names of the keys that exist
 * @param noun what a key of it is called
 */
export function explained(
  issues: readonly Issue[],
  schema: Schema,
  raw: unknown,
  noun: 'key' | 'setting' = 'key',
): Issue[] {
  return issues.flatMap((issue): Issue[] => {
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(schema, issue.path, raw);
      return issue.keys.map((key) => ({
        ...issue,
        path: [...issue.path, key],
        message: unknownKey(noun, key, known),
      }));
    }
    if (issue.code === 'invalid_union') {
      const meant = meantBranch(issue.errors);
      if (meant !== undefined) {
        const inside = meant.map((inner): Issue => ({ ...inner, path: [...issue.path, ...inner.path] }));
        return explained(inside, schema, raw, noun);
      }
    }
    if (issue.message.includes('found')) return [issue];
    const expected = issue.message.replace(/, received .*$/, '');
    return [{ ...issue, message: `${expected}, found ${shown(valueAt(raw, issue.path))}` }];
  });
}

function unknownKey(noun: string, key: string, known: readonly string[]): string {
  if (known.length === 0) return `there is no such ${noun}; there are none`;
  return `there is no such ${noun}; did you mean "${nearest(key, known)}"? Known: ${known.join(', ')}`;
}

/** The alternative whose type and kind the value has, and which it fails further inside. */
function meantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return branches.find((issues) =>
    issues.every(({ path, code }) => (path.length > 0 && path[0] !== 'kind') || code === 'unrecognized_keys'),
  );
}

/** Keys of the object at `path`; of alternatives, those of the one whose kind the raw value names. */
function keysAt(schema: Schema, path: readonly PropertyKey[], raw: unknown): string[] {
  const chosen = alternativeOf(schema, raw);
  const [head, ...rest] = path;
  if (head === undefined) return Object.keys(chosen.properties ?? {});
  const inner = chosen.properties?.[String(head)];
  return typeof inner === 'object' ? keysAt(inner, rest, valueAt(raw, [head])) : [];
}

function alternativeOf(schema: Schema, raw: unknown): Schema {
  const named = valueAt(raw, ['kind']);
  const alternatives = (schema.oneOf ?? schema.anyOf ?? []).filter((one) => typeof one === 'object');
  const fits = alternatives.find(({ properties }) => {
    const kind = properties?.['kind'];
    return (
      typeof kind === 'object' && (kind.const === named || kind.enum?.some((name) => name === named) === true)
    );
  });
  return fits ?? schema;
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let value = raw;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[key];
  }
  return value;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'number' ? String(value) : JSON.stringify(value).slice(0, 80);
}
