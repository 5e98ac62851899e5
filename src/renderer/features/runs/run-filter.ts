/**
 * The filter line of the runs: words that must occur, `key:value` for a column (several of one key mean any of them), and
 * comparisons of a metric with a number: `estimator:softmax state:running gap>0.1 collapse`. `alert:any` are runs with an alert that
 * lasts, `alert:dying-options` with this one, `alert:none` those without.
 */
import type { RunSummary } from '../../../shared/contract/run-summary.ts';
import { collapseOf, isOpen } from '../../../shared/health.ts';
import { placeOf } from '../../format/trained-by.ts';

type Sign = '<' | '<=' | '>' | '>=';

interface MetricTest {
  readonly metric: string;
  readonly sign: Sign;
  readonly bound: number;
}

export interface RunFilter {
  readonly words: readonly string[];
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly tests: readonly MetricTest[];
  /** Parts that mean nothing, to be named under the field. */
  readonly unknown: readonly string[];
}

const columns: Readonly<Record<string, (run: RunSummary) => readonly string[]>> = {
  problem: (run) => [run.problem],
  estimator: (run) => [run.estimator],
  variant: (run) => (run.variant === null ? [] : [run.variant]),
  state: (run) => [run.state],
  seed: (run) => [String(run.seed)],
  backend: (run) => [run.backend],
  where: (run) => [placeOf(run)],
  tag: (run) => run.tags,
  alert: ({ alerts }) => {
    const lasting = alerts.filter(isOpen).map(({ id }) => id as string);
    return lasting.length === 0
      ? ['none']
      : ['any', ...lasting, ...(collapseOf(alerts) === undefined ? [] : ['collapse'])];
  },
  comparison: (run) => [run.comparison, run.comparisonName],
};

export const filterKeys: readonly string[] = Object.keys(columns);

/** Numbers that are no metric. */
const numbers: Readonly<Record<string, (run: RunSummary) => number>> = {
  seed: (run) => run.seed,
  step: (run) => run.step,
  steps: (run) => run.steps,
  speed: (run) => run.stepsPerSecond,
  seconds: (run) => run.seconds,
};

const TERM = /[a-z]+:"[^"]*"?|\S+/gi;

/** The parts of a filter as they were written: what stands on one chip. */
export function filterTerms(text: string): readonly string[] {
  return text.match(TERM) ?? [];
}

export function parseFilter(text: string): RunFilter {
  const words: string[] = [];
  const values = new Map<string, string[]>();
  const tests: MetricTest[] = [];
  const unknown: string[] = [];
  for (const part of filterTerms(text.toLowerCase())) {
    const [, key, value] = /^([a-z]+):"?([^"]*)"?$/.exec(part) ?? [];
    const [, metric, sign, bound] = /^([a-z][a-z0-9_.-]*)([<>]=?)(.*)$/.exec(part) ?? [];
    if (key !== undefined && value !== undefined) {
      if (!filterKeys.includes(key)) unknown.push(part);
      else if (value !== '') values.set(key, [...(values.get(key) ?? []), value]);
    } else if (metric !== undefined && bound !== undefined) {
      if (bound === '') continue;
      if (Number.isFinite(Number(bound))) tests.push({ metric, sign: sign as Sign, bound: Number(bound) });
      else unknown.push(part);
    } else words.push(part);
  }
  return { words, values, tests, unknown };
}

export function passes(run: RunSummary, { words, values, tests }: RunFilter): boolean {
  for (const [key, wanted] of values) {
    const own = columns[key]?.(run).map((text) => text.toLowerCase()) ?? [];
    if (!wanted.some((value) => own.includes(value))) return false;
  }
  if (!tests.every(({ metric, sign, bound }) => holds(valueOf(run, metric), sign, bound))) return false;
  if (words.length === 0) return true;
  const text = [
    run.id,
    run.name,
    run.comparisonName,
    run.estimator,
    run.variant ?? '',
    run.problem,
    ...run.tags,
  ]
    .join(' ')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

function valueOf(run: RunSummary, name: string): number | null {
  if (Object.hasOwn(numbers, name)) return numbers[name]?.(run) ?? null;
  const metric = Object.keys(run.metrics).find((known) => known.toLowerCase() === name);
  return run.metrics[metric ?? ''] ?? null;
}

function holds(value: number | null, sign: Sign, bound: number): boolean {
  if (value === null) return false;
  if (sign === '<') return value < bound;
  if (sign === '<=') return value <= bound;
  return sign === '>' ? value > bound : value >= bound;
}
