/** A config as lines `valuations.kind: additive`, with what the schema says of each, and two configs beside each other. */
import { flatten, isObject } from '../../../shared/config-path.ts';
import { asSchema } from '../../ui/schema-form/schema.ts';

interface ConfigLine {
  readonly path: string;
  readonly value: string;
  readonly help: string;
}

export interface DiffLine {
  readonly path: string;
  /** Absent: the config has no such key. */
  readonly value?: string;
  /** Absent: the other one has no such key. */
  readonly other?: string;
  readonly help: string;
}

/** In the order of the config; keys that only the other one has come last. */
export function diffLines(config: unknown, other: unknown, schema: unknown): readonly DiffLine[] {
  const own = configLines(config, schema);
  const others = new Map(configLines(other, schema).map((line) => [line.path, line]));
  const both = own.map(({ path, value, help }): DiffLine => {
    const found = others.get(path);
    others.delete(path);
    return { path, value, help, ...(found === undefined ? {} : { other: found.value }) };
  });
  return [...both, ...[...others.values()].map(({ path, value, help }) => ({ path, other: value, help }))];
}

export function differs({ value, other }: DiffLine): boolean {
  return value !== other;
}

export function configLines(config: unknown, schema: unknown): readonly ConfigLine[] {
  if (!isObject(config)) return [];
  // An object without keys is shown as one.
  const values = flatten(config, { whole: (value) => Object.keys(value).length === 0 });
  return values.map(([path, value]) => ({
    path,
    value: typeof value === 'string' ? value : JSON.stringify(value),
    help: helpAt(schema, path),
  }));
}

function helpAt(schema: unknown, path: string): string {
  const inner = path.split('.').reduce((at, key) => at.properties?.[key] ?? {}, asSchema(schema));
  return inner.description ?? '';
}
