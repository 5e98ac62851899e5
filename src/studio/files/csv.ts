/**
 * Runs as CSV (RFC 4180, UTF-8, first row names the columns, one row per line).
 *
 * series.csv, one row per run and step, for every step at which a metric was measured:
 *   run, comparison  ids
 *   estimator, seed
 *   step             training step, from 0
 *   variant          name of the run's variant; empty if its comparison has none
 *   one column per metric, sorted by name; empty where it has no point at that step. A metric called like one of the columns
 *   above has `metric.` before its name.
 *
 * runs.csv, one row per run, in the order asked for:
 *   id, comparison   ids of the run and of the comparison that it is of
 *   name, comparisonName  their names
 *   problem, estimator, seed, backend, state
 *   step, steps      steps done, and planned
 *   seconds          training time without pauses
 *   stepsPerSecond   steps trained divided by `seconds`; of a running run over the last 3 seconds
 *   evaluations      of f, summed over the rows of all minibatches
 *   parent, parentStep  the run that it is a fork of, and the step at which it began; empty if it is none
 *   variant          name of its variant; empty if its comparison has none
 *   one column per metric, sorted by name: its last value; empty if it has none, or if the last is not a number
 *   config.*, settings.*  every leaf of the problem's config and the estimator's settings, sorted; a list is one JSON cell
 *
 * How numbers and texts are written: shared/csv.ts.
 */
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { flatten, type JsonObject } from '../../shared/config-path.ts';
import { csvOptions } from '../../shared/csv.ts';
import { AppError } from '../../shared/errors.ts';
import type { RunRecord } from '../../shared/run.ts';
import { fromFileError } from '../../node/file-error.ts';
import { at } from '../store/columns.ts';
import type { ReadableStore } from '../store/types.ts';
import { discard, publish, temporaryNameFor } from './atomic-file.ts';

type Cell = string | number | null;

export interface CsvExport {
  /** Paths of the two files. */
  readonly series: string;
  readonly runs: string;
}

const seriesColumns = ['run', 'comparison', 'estimator', 'seed', 'step', 'variant'];

interface RunLine {
  readonly run: RunRecord;
  readonly comparisonName: string;
}

const runColumns: Readonly<Record<string, (line: RunLine) => Cell>> = {
  id: ({ run }) => run.id,
  comparison: ({ run }) => run.comparison,
  name: ({ run }) => run.name,
  comparisonName: ({ comparisonName }) => comparisonName,
  problem: ({ run: { spec } }) => spec.problem,
  estimator: ({ run: { spec } }) => spec.estimator,
  seed: ({ run: { spec } }) => spec.seed,
  backend: ({ run: { spec } }) => spec.backend,
  state: ({ run }) => run.state,
  step: ({ run }) => run.step,
  steps: ({ run }) => run.steps,
  seconds: ({ run }) => run.seconds,
  stepsPerSecond: ({ run }) => run.stepsPerSecond,
  evaluations: ({ run }) => run.evaluations,
  parent: ({ run: { parent } }) => parent?.run ?? null,
  parentStep: ({ run: { parent } }) => parent?.step ?? null,
  variant: ({ run }) => run.variant,
};

/**
 * Writes `series.csv` and `runs.csv` of the runs to `folder`, each in the place of an older one, whole or not at all.
 * Memory does not grow with the length of the series. Throws AppError `not-found`, `disk-full`, `external`.
 */
export async function exportCsv(
  store: ReadableStore,
  runIds: readonly string[],
  folder: string,
): Promise<CsvExport> {
  const runs = [...new Set(runIds)].map((id) => {
    const run = store.run(id);
    if (!run) throw new AppError('not-found', `there is no run ${id}`);
    return run;
  });
  const target = { series: join(folder, 'series.csv'), runs: join(folder, 'runs.csv') };
  const temporary = { series: temporaryNameFor(target.series), runs: temporaryNameFor(target.runs) };
  try {
    mkdirSync(folder, { recursive: true });
    await writeCsv(temporary.series, seriesTable(store, runs));
    await writeCsv(temporary.runs, runTable(store, runs));
    publish(temporary.series, target.series);
    publish(temporary.runs, target.runs);
    return target;
  } catch (error) {
    throw fromFileError(error, folder);
  } finally {
    discard(temporary.series);
    discard(temporary.runs);
  }
}

async function writeCsv(path: string, rows: Iterable<readonly Cell[]>): Promise<void> {
  const { stringify } = await import('csv-stringify');
  const text = stringify(csvOptions);
  await pipeline(Readable.from(rows), text, createWriteStream(path, { flags: 'wx' }));
}

function* seriesTable(store: ReadableStore, runs: readonly RunRecord[]): Generator<readonly Cell[]> {
  const metrics = namesOf(runs.map((run) => store.series(run.id).map(({ name }) => name)));
  yield [
    ...seriesColumns,
    ...metrics.map((name) => (seriesColumns.includes(name) ? `metric.${name}` : name)),
  ];
  for (const run of runs) {
    const { id, comparison, variant, spec } = run;
    for (const { step, values } of seriesRows(store, id, metrics)) {
      yield [id, comparison, spec.estimator, spec.seed, step, variant, ...values];
    }
  }
}

function* runTable(store: ReadableStore, runs: readonly RunRecord[]): Generator<readonly Cell[]> {
  const metrics = namesOf(runs.map((run) => Object.keys(run.metrics)));
  const configs = runs.map(
    ({ spec }) => new Map([...cellsOf('config', spec.config), ...cellsOf('settings', spec.settings)]),
  );
  const configColumns = namesOf(configs.map((config) => [...config.keys()]));
  const fixed = Object.keys(runColumns);
  yield [
    ...fixed,
    ...metrics.map((name) => (fixed.includes(name) ? `metric.${name}` : name)),
    ...configColumns,
  ];
  const nameOf = new Map(
    [...new Set(runs.map(({ comparison }) => comparison))].map((id) => [
      id,
      store.comparison(id)?.name ?? '',
    ]),
  );
  for (const [index, run] of runs.entries()) {
    const line = { run, comparisonName: nameOf.get(run.comparison) ?? '' };
    yield [
      ...Object.values(runColumns).map((cell) => cell(line)),
      ...metrics.map((name) => run.metrics[name] ?? null),
      ...configColumns.map((name) => configs[index]?.get(name) ?? null),
    ];
  }
}

/** A list, and whatever else has no cell of its own, is one JSON text. */
function cellsOf(prefix: string, config: JsonObject): [string, Cell][] {
  return flatten(config, { prefix }).map(([path, value]) => {
    const plain = typeof value === 'number' || typeof value === 'string' || value === null;
    return [path, plain ? value : JSON.stringify(value)];
  });
}

function namesOf(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())].sort();
}

interface SeriesRow {
  readonly step: number;
  /** In the order of the names asked for; null where that series has no point at this step. */
  readonly values: readonly (number | null)[];
}

/** Points of the longest series that are in memory at once. */
const windowLength = 16_384;

/** The run's series side by side, one row for every step at which one of `names` has a point, in step order. */
function* seriesRows(store: ReadableStore, runId: string, names: readonly string[]): Generator<SeriesRow> {
  const known = store.series(runId);
  if (known.length === 0) return;
  const first = Math.min(...known.map(({ firstStep }) => firstStep));
  const last = Math.max(...known.map(({ lastStep }) => lastStep));
  const windows = Math.ceil(Math.max(...known.map(({ count }) => count)) / windowLength);
  const width = Math.ceil((last - first + 1) / windows);
  for (let from = first; from <= last; from += width) {
    const range = { from, to: Math.min(from + width - 1, last) };
    const columns = names.map((name) => ({ ...store.readSeries(runId, name, range), next: 0 }));
    for (;;) {
      const step = Math.min(...columns.map(({ steps, next }) => steps[next] ?? Infinity));
      if (step === Infinity) break;
      const values = columns.map((column) => {
        if (column.steps[column.next] !== step) return null;
        column.next += 1;
        return at(column.values, column.next - 1);
      });
      yield { step, values };
    }
  }
}
