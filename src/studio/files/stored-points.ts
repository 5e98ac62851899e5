/** Points of stored runs a part at a time: memory does not grow with the length of a series. */
import { AppError } from '../../shared/errors.ts';
import type { RunRecord } from '../../shared/run.ts';
import { at } from '../store/columns.ts';
import type { ReadableStore, Series, SeriesInfo } from '../store/types.ts';

/** Points of the longest series that are in memory at once. */
const WINDOW = 16_384;

/** Each once, in the order asked for. @throws AppError `not-found` */
export function storedRuns(store: ReadableStore, ids: readonly string[]): readonly RunRecord[] {
  return [...new Set(ids)].map((id) => {
    const run = store.run(id);
    if (!run) throw new AppError('not-found', `there is no run ${id}`);
    return run;
  });
}

/** A part of one series of a run; its parts come in step order. */
export interface SeriesPart extends Series {
  readonly run: string;
  readonly series: string;
}

/** Every stored point, run by run and series by series. */
export function* seriesParts(store: ReadableStore, runs: readonly RunRecord[]): Generator<SeriesPart> {
  for (const { id } of runs) {
    for (const info of store.series(id)) {
      for (const range of ranges([info])) {
        yield { run: id, series: info.name, ...store.readSeries(id, info.name, range) };
      }
    }
  }
}

interface SeriesRow {
  readonly step: number;
  /** In the order of the names asked for; null where that series has no point at this step. */
  readonly values: readonly (number | null)[];
}

/** The run's series side by side, one row for every step at which one of `names` has a point, in step order. */
export function* seriesRows(
  store: ReadableStore,
  runId: string,
  names: readonly string[],
): Generator<SeriesRow> {
  for (const range of ranges(store.series(runId))) {
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

/** Intervals of steps, one after another, in which the series have about `WINDOW` points each. */
function* ranges(known: readonly SeriesInfo[]): Generator<{ readonly from: number; readonly to: number }> {
  if (known.length === 0) return;
  const first = Math.min(...known.map(({ firstStep }) => firstStep));
  const last = Math.max(...known.map(({ lastStep }) => lastStep));
  const windows = Math.ceil(Math.max(...known.map(({ count }) => count)) / WINDOW);
  const width = Math.ceil((last - first + 1) / windows);
  for (let from = first; from <= last; from += width) {
    yield { from, to: Math.min(from + width - 1, last) };
  }
}
