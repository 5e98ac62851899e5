/** The rows of a sweep as the form has them: which keys there are, and what is typed of their values. */
import { isObject } from '../../../shared/config-path.ts';
import type { SweepValue } from '../../../shared/sweep/request.ts';
import { labelOf, variantIndex, variantsOf, type Schema } from '../../ui/schema-form/schema.ts';

export interface SweepRow {
  /** Dotted key of the config, or of an estimator's settings (`estimators.reinforce.samples`). */
  readonly key: string;
  /** Values, separated by commas. */
  readonly text: string;
  /** Whether anything has been typed yet: a new row is no mistake. */
  readonly touched: boolean;
}

export interface SweepKey {
  readonly key: string;
  readonly label: string;
}

/** Keys with one number, text or choice, of the alternatives that the config has chosen. */
export function sweepKeys(schema: Schema, value: unknown, path = ''): readonly SweepKey[] {
  const variants = variantsOf(schema);
  const chosen = variants.length === 0 ? schema : variants[variantIndex(variants, value)]?.schema;
  if (chosen?.properties !== undefined) {
    return Object.entries(chosen.properties).flatMap(([key, inner]) =>
      sweepKeys(inner, isObject(value) ? value[key] : undefined, path === '' ? key : `${path}.${key}`),
    );
  }
  const single = chosen?.enum !== undefined || ['number', 'integer'].includes(chosen?.type ?? '');
  if (!single) return [];
  return [{ key: path, label: path.split('.').map(labelOf).join(': ') }];
}

/** Numbers as numbers, anything else as text: the studio says what does not fit. */
function valuesOf(text: string): SweepValue[] {
  const parts = text.split(',').map((part) => part.trim());
  return parts
    .filter((part) => part !== '')
    .map((part) => (Number.isFinite(Number(part)) ? Number(part) : part));
}

/** What only the rows can tell, one sentence; empty if nothing is wrong. */
export function sweepProblem(rows: readonly SweepRow[]): string {
  const seen = new Set<string>();
  for (const { key, text, touched } of rows) {
    const label = key.split('.').map(labelOf).join(': ');
    if (seen.has(key)) return `${label} is swept twice; put all its values into one row.`;
    seen.add(key);
    if (touched && valuesOf(text).length === 0) return `${label}: give its values, separated by commas.`;
  }
  return '';
}

/** The sweep of a request: of the rows that have values; undefined if none has. */
export function sweepOf(rows: readonly SweepRow[]): Record<string, SweepValue[]> | undefined {
  const filled = rows
    .map(({ key, text }) => [key, valuesOf(text)] as const)
    .filter(([, { length }]) => length > 0);
  return filled.length === 0 ? undefined : Object.fromEntries(filled);
}
