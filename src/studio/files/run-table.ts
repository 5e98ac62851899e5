/** Runs as a table, a row each: the columns of `runs.csv` and `runs.parquet`, and the keys of `runs.jsonl`. */
import { flatten, type JsonObject } from '../../shared/config-path.ts';
import { healthMark } from '../../shared/health.ts';
import type { RunRecord } from '../../shared/run.ts';
import { sharersOf } from '../../shared/sharing.ts';
import type { ReadableStore } from '../store/types.ts';

export type Cell = string | number | null;

/** `integer` and `number` columns hold numbers, `setting` columns whatever the configs have there. */
type Kind = 'text' | 'integer' | 'number' | 'setting';

interface RunTable {
  readonly columns: readonly { readonly name: string; readonly kind: Kind }[];
  readonly rows: Iterable<readonly Cell[]>;
}

interface RunLine {
  readonly run: RunRecord;
  readonly comparisonName: string;
}

const fixed: Readonly<Record<string, readonly [Kind, (line: RunLine) => Cell]>> = {
  id: ['text', ({ run }) => run.id],
  comparison: ['text', ({ run }) => run.comparison],
  name: ['text', ({ run }) => run.name],
  comparisonName: ['text', ({ comparisonName }) => comparisonName],
  problem: ['text', ({ run: { spec } }) => spec.problem],
  estimator: ['text', ({ run: { spec } }) => spec.estimator],
  seed: ['integer', ({ run: { spec } }) => spec.seed],
  backend: ['text', ({ run: { spec } }) => spec.backend],
  state: ['text', ({ run }) => run.state],
  step: ['integer', ({ run }) => run.step],
  steps: ['integer', ({ run }) => run.steps],
  seconds: ['number', ({ run }) => run.seconds],
  sharers: ['number', ({ run }) => sharersOf(run)],
  stepsPerSecond: ['number', ({ run }) => run.stepsPerSecond],
  evaluations: ['number', ({ run }) => run.evaluations],
  parent: ['text', ({ run: { parent } }) => parent?.run ?? null],
  parentStep: ['integer', ({ run: { parent } }) => parent?.step ?? null],
  variant: ['text', ({ run }) => run.variant],
  alerts: ['text', ({ run }) => healthMark(run.alerts) || null],
};

/** Of a run alone, by the names of its columns. */
export function fixedCells(store: ReadableStore, run: RunRecord): Readonly<Record<string, Cell>> {
  const line = { run, comparisonName: store.comparison(run.comparison)?.name ?? '' };
  return Object.fromEntries(Object.entries(fixed).map(([name, [, cell]]) => [name, cell(line)]));
}

export function runTable(store: ReadableStore, runs: readonly RunRecord[]): RunTable {
  const metrics = namesOf(runs.map((run) => Object.keys(run.metrics)));
  const configs = runs.map(
    ({ spec }) => new Map([...cellsOf('config', spec.config), ...cellsOf('settings', spec.settings)]),
  );
  const settings = namesOf(configs.map((config) => [...config.keys()]));
  const columns = [
    ...Object.entries(fixed).map(([name, [kind]]) => ({ name, kind })),
    ...columnNames(metrics, Object.keys(fixed)).map((name) => ({ name, kind: 'number' as const })),
    ...settings.map((name) => ({ name, kind: 'setting' as const })),
  ];
  return { columns, rows: rows() };

  function* rows(): Generator<readonly Cell[]> {
    for (const [index, run] of runs.entries()) {
      yield [
        ...Object.values(fixedCells(store, run)),
        ...metrics.map((name) => run.metrics[name] ?? null),
        ...settings.map((name) => configs[index]?.get(name) ?? null),
      ];
    }
  }
}

/** Names of metrics as columns: one that is called like one of `taken` has `metric.` before it. */
export function columnNames(metrics: readonly string[], taken: readonly string[]): readonly string[] {
  return metrics.map((name) => (taken.includes(name) ? `metric.${name}` : name));
}

/** All of them once, sorted. */
export function namesOf(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())].sort();
}

/** A list, and whatever else has no cell of its own, is one JSON text. */
function cellsOf(prefix: string, config: JsonObject): [string, Cell][] {
  return flatten(config, { prefix }).map(([path, value]) => {
    const plain = typeof value === 'number' || typeof value === 'string' || value === null;
    return [path, plain ? value : JSON.stringify(value)];
  });
}
