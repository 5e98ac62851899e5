/** The sections of the form that a problem's config is shown in. */
import { asSchema, type Schema } from '../../ui/schema-form/schema.ts';

export type ConfigField = readonly [key: string, schema: Schema];

export function configFields(config: unknown): readonly ConfigField[] {
  return Object.entries(asSchema(config).properties ?? {});
}

/** `problem`, `choice` or `training`. What is of the problem decides the data, and a fork cannot change it. */
export function sectionOf(schema: Schema): string {
  return schema.section ?? 'problem';
}
