/** A config as lines `valuations.kind: additive`, with what the schema says of each. */

import { asSchema, isObject, type Schema } from '../../ui/schema-form/schema.ts';

interface ConfigLine {
  readonly path: string;
  readonly value: string;
  readonly help: string;
}

export function configLines(config: unknown, schema: unknown): readonly ConfigLine[] {
  return lines(config, asSchema(schema), '');
}

function lines(value: unknown, schema: Schema, path: string): readonly ConfigLine[] {
  if (isObject(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, inner]) =>
      lines(inner, schema.properties?.[key] ?? {}, path === '' ? key : `${path}.${key}`),
    );
  }
  // A config without any keys.
  if (path === '') return [];
  return [{ path, value: written(value), help: schema.description ?? '' }];
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
