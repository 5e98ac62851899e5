/** A sweep: the same experiment for every combination of some values of config keys. Each combination is a comparison of its own. */
import {
  brief,
  isObject,
  labelOf,
  replacedAt,
  variantIndex,
  variantsOf,
  type JsonObject,
  type Schema,
} from '../../ui/schema-form/schema.ts';

export const MOST_COMBINATIONS = 64;

export interface SweepRow {
  /** Dotted key of the config. */
  readonly key: string;
  /** Values, separated by commas. */
  readonly text: string;
}

export interface SweepKey {
  readonly key: string;
  readonly label: string;
}

export interface Combination {
  /** `options=16, noise=0.01`; empty without a sweep. */
  readonly label: string;
  readonly config: JsonObject;
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
function valuesOf(text: string): readonly (number | string)[] {
  const parts = text.split(',').map((part) => part.trim());
  return parts
    .filter((part) => part !== '')
    .map((part) => (Number.isFinite(Number(part)) ? Number(part) : part));
}

/** What is wrong with the rows, one sentence; empty if nothing is. */
export function sweepProblem(rows: readonly SweepRow[]): string {
  const seen = new Set<string>();
  for (const { key, text } of rows) {
    const label = key.split('.').map(labelOf).join(': ');
    const values = valuesOf(text);
    if (seen.has(key)) return `${label} is swept twice; put all its values into one row.`;
    seen.add(key);
    if (values.length === 0) return `${label}: give its values, separated by commas.`;
    if (new Set(values).size < values.length) return `${label}: a value is given twice; give each once.`;
  }
  const count = rows.reduce((product, { text }) => product * valuesOf(text).length, 1);
  if (count <= MOST_COMBINATIONS) return '';
  return `${count} combinations; ${MOST_COMBINATIONS} at most, so take fewer values.`;
}

/** Every combination, the last row changing fastest; the config alone without rows. Rows must be without a problem. */
export function combinations(config: JsonObject, rows: readonly SweepRow[]): readonly Combination[] {
  return rows.reduce<readonly Combination[]>(
    (sofar, { key, text }) =>
      sofar.flatMap(({ label, config: base }) =>
        valuesOf(text).map((value) => ({
          label: `${label === '' ? '' : `${label}, `}${key}=${brief(value)}`,
          config: replacedAt(base, key, value),
        })),
      ),
    [{ label: '', config }],
  );
}
