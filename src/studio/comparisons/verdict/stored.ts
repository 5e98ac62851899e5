/** What a verdict takes from the store: what was fixed before the runs, and values at a step. */
import type { ComparisonRecord } from '../../../shared/run.ts';
import type { ReadableStore } from '../../store/types.ts';
import type { Described } from '../describe.ts';

/** @param comparison null: runs that somebody chose */
export function judgedFrom(
  store: ReadableStore,
  comparison: ComparisonRecord | null,
): Pick<Described, 'kept' | 'whole' | 'madeAt' | 'elsewhere' | 'valueAt'> {
  return {
    kept: comparison?.verdict ?? null,
    whole: comparison !== null,
    // Of a group of scripts nobody knows when somebody looked.
    ...(comparison === null || comparison.elsewhere !== null ? {} : { madeAt: comparison.createdAt }),
    elsewhere: ({ comparison: id }) =>
      (id === comparison?.id ? comparison : store.comparison(id))?.elsewhere?.problem ?? null,
    valueAt(run, metric, step) {
      const value = store.readSeries(run.id, metric, { from: step, to: step }).values[0];
      return value === undefined || Number.isFinite(value) ? value : null;
    },
  };
}
