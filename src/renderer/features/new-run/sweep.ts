/** A sweep as the form has it: which keys there are, what is typed of their values, and how it searches. */
import { isObject, type JsonObject } from '../../../shared/config-path.ts';
import type { Search, SearchMethod, Sweep, SweepBudget } from '../../../shared/sweep/request.ts';
import { readSweepOver, SWEEP_HINT, writeSweepOver } from '../../../shared/sweep/text.ts';
import { labelOf, variantIndex, variantsOf, type Schema } from '../../ui/schema-form/schema.ts';

export interface SweepRow {
  /** Dotted key of the config, or of an estimator's settings (`estimators.reinforce.samples`). */
  readonly key: string;
  /** Values, separated by commas, or a range. */
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

/** What only the rows can tell, one sentence; empty if nothing is wrong. */
export function sweepProblem(rows: readonly SweepRow[]): string {
  const seen = new Set<string>();
  for (const { key, text, touched } of rows) {
    const label = key.split('.').map(labelOf).join(': ');
    if (seen.has(key)) return `${label} is swept twice; put all its values into one row.`;
    seen.add(key);
    if (touched && readSweepOver(text) === undefined)
      return `${label}: enter its values or a range; ${SWEEP_HINT}.`;
  }
  return '';
}

/** The sweep of a request: of the rows that have values or a range; undefined if none has. */
export function sweepOf(rows: readonly SweepRow[]): Sweep | undefined {
  const filled = rows.flatMap(({ key, text }) => {
    const over = readSweepOver(text);
    return over === undefined ? [] : [[key, over] as const];
  });
  return filled.length === 0 ? undefined : Object.fromEntries(filled);
}

export function rowsOfSweep(sweep: Sweep = {}): readonly SweepRow[] {
  return Object.entries(sweep).map(([key, over]) => ({ key, text: writeSweepOver(over), touched: true }));
}

/** How a sweep searches, as the form has it: what is typed, right or wrong. */
export interface SearchRow {
  /** Empty: as the keys ask for. */
  readonly method: SearchMethod | '';
  readonly trials: string;
  readonly seed: string;
  readonly halving: boolean;
  readonly min: string;
  readonly eta: string;
  /** Empty: no budget. */
  readonly limit: keyof SweepBudget | '';
  readonly amount: string;
}

export const plainSearch: SearchRow = {
  method: '',
  trials: '',
  seed: '',
  halving: false,
  min: '',
  eta: '',
  limit: '',
  amount: '',
};

/** What the studio is asked for; it says what is no number. Undefined: all is as usual. */
export function searchOf(row: SearchRow): JsonObject | undefined {
  const { method, trials, seed, halving, min, eta, limit, amount } = row;
  const search = {
    ...(method === '' ? {} : { method }),
    // A grid has no number of trials, and what was typed for another method stays in the form.
    ...(method === 'grid' ? {} : { ...typed('trials', trials), ...typed('seed', seed) }),
    ...(halving ? { halving: { ...typed('min', min), ...typed('eta', eta) } } : {}),
    ...(limit === '' ? {} : { budget: typed(limit, amount) }),
  };
  return Object.keys(search).length === 0 ? undefined : search;
}

export function rowOfSearch(search: Search = {}): SearchRow {
  const { method = '', trials, seed, halving, budget = {} } = search;
  const [limit] = Object.entries(budget) as [keyof SweepBudget, number][];
  return {
    method,
    trials: trials?.toString() ?? '',
    seed: seed?.toString() ?? '',
    halving: halving !== undefined,
    min: halving?.min?.toString() ?? '',
    eta: halving?.eta?.toString() ?? '',
    limit: limit?.[0] ?? '',
    amount: limit?.[1].toString() ?? '',
  };
}

function typed(key: string, text: string): JsonObject {
  if (text.trim() === '') return {};
  return { [key]: Number.isFinite(Number(text)) ? Number(text) : text };
}
