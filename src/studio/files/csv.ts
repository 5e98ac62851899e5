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
 *   sharers          runs that shared these seconds on average, itself included; 1: it was alone
 *   stepsPerSecond   steps trained divided by `seconds`; of a running run over the last 3 seconds
 *   evaluations      of f, summed over the rows of all minibatches
 *   parent, parentStep  the run that it is a fork of, and the step at which it began; empty if it is none
 *   variant          name of its variant; empty if its comparison has none
 *   one column per metric, sorted by name: its last value; empty if it has none, or if the last is not a number
 *   config.*, settings.*  every leaf of the problem's config and the estimator's settings, sorted; a list is one JSON cell
 *
 * How numbers and texts are written: shared/csv.ts.
 */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { csvOptions } from '../../shared/csv.ts';
import type { RunRecord } from '../../shared/run.ts';
import type { ReadableStore } from '../store/types.ts';
import { columnNames, namesOf, runTable, type Cell } from './run-table.ts';
import { seriesRows, storedRuns } from './stored-points.ts';
import { writeWholeFiles } from './whole-files.ts';

export interface CsvExport {
  /** Paths of the two files. */
  readonly series: string;
  readonly runs: string;
}

const seriesColumns = ['run', 'comparison', 'estimator', 'seed', 'step', 'variant'];

/**
 * Writes `series.csv` and `runs.csv` of the runs to `folder`, each in the place of an older one, whole or not at all.
 * Memory does not grow with the length of the series. Throws AppError `not-found`, `disk-full`, `external`.
 */
export async function exportCsv(
  store: ReadableStore,
  runIds: readonly string[],
  folder: string,
): Promise<CsvExport> {
  const runs = storedRuns(store, runIds);
  const [series = '', table = ''] = await writeWholeFiles(
    folder,
    ['series.csv', 'runs.csv'],
    async ([seriesPath = '', runsPath = '']) => {
      await writeCsv(seriesPath, seriesTable(store, runs));
      await writeCsv(runsPath, runLines(store, runs));
    },
  );
  return { series, runs: table };
}

async function writeCsv(path: string, rows: Iterable<readonly Cell[]>): Promise<void> {
  const { stringify } = await import('csv-stringify');
  const text = stringify(csvOptions);
  await pipeline(Readable.from(rows), text, createWriteStream(path, { flags: 'wx' }));
}

function* seriesTable(store: ReadableStore, runs: readonly RunRecord[]): Generator<readonly Cell[]> {
  const metrics = namesOf(runs.map((run) => store.series(run.id).map(({ name }) => name)));
  yield [...seriesColumns, ...columnNames(metrics, seriesColumns)];
  for (const run of runs) {
    const { id, comparison, variant, spec } = run;
    for (const { step, values } of seriesRows(store, id, metrics)) {
      yield [id, comparison, spec.estimator, spec.seed, step, variant, ...values];
    }
  }
}

function* runLines(store: ReadableStore, runs: readonly RunRecord[]): Generator<readonly Cell[]> {
  const { columns, rows } = runTable(store, runs);
  yield columns.map(({ name }) => name);
  yield* rows;
}
