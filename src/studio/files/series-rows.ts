import { at } from '../store/columns.ts';
import type { ReadableStore } from '../store/types.ts';

export interface SeriesRow {
  readonly step: number;
  /** In the order of the names asked for; null where that series has no point at this step. */
  readonly values: readonly (number | null)[];
}

/** Points of the longest series that are in memory at once. */
const windowLength = 16_384;

/** The run's series side by side, one row for every step at which one of `names` has a point, in step order. */
export function* seriesRows(
  store: ReadableStore,
  runId: string,
  names: readonly string[],
): Generator<SeriesRow> {
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
