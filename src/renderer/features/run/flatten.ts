/** A config as lines `valuations.kind: additive`, and what the schema says the default of each is. */

import { asSchema, isObject, type Schema } from '../../ui/schema-form/schema.ts';

export interface ConfigLine {
  readonly path: string;
  readonly value: string;
  /** Absent where the schema has none for this path. */
  readonly standard?: string;
  readonly help: string;
}

export function configLines(config: unknown, schema: unknown): readonly ConfigLine[] {
  return lines(config, asSchema(schema), undefined, '');
}

function lines(value: unknown, schema: Schema, inherited: unknown, path: string): readonly ConfigLine[] {
  const standard = inherited ?? schema.default;
  if (isObject(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, inner]) =>
      lines(
        inner,
        schema.properties?.[key] ?? {},
        isObject(standard) ? standard[key] : undefined,
        path === '' ? key : `${path}.${key}`,
      ),
    );
  }
  // A config without any keys.
  if (path === '') return [];
  return [
    {
      path,
      value: written(value),
      ...(standard === undefined ? {} : { standard: written(standard) }),
      help: schema.description ?? '',
    },
  ];
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
