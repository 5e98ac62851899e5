import { NO_STEP } from '../../shared/series.ts';
import { ComparisonReader } from './comparisons.ts';
import type { ReadableDatabase } from './connection.ts';
import { EventReader } from './events.ts';
import { PictureReader } from './kept-pictures.ts';
import { RunReader } from './run-reader.ts';
import { SeriesReader } from './series-reader.ts';
import { fromSqliteError } from './sqlite-error.ts';
import type { ReadableStore } from './types.ts';

/** The reading half of a store over an open connection. */
export function readableStore(db: ReadableDatabase, path: string): ReadableStore {
  const comparisons = new ComparisonReader(db);
  const runs = new RunReader(db);
  const series = new SeriesReader(db);
  const events = new EventReader(db);
  const pictures = new PictureReader(db);

  /** One snapshot for all statements of `read`: another process may be moving points from the tail to blocks. */
  const snapshot = <T>(read: () => T): T => {
    try {
      return db.transaction(read)();
    } catch (error) {
      throw fromSqliteError(error, path);
    }
  };

  return {
    path,
    comparison: (id) => snapshot(() => comparisons.get(id)),
    comparisons: () => snapshot(() => comparisons.list()),
    run: (id) => snapshot(() => runs.get(id)),
    runs: (filter) => snapshot(() => runs.list(filter).runs),
    storedRuns: (filter) => snapshot(() => runs.list(filter)),
    damagedRun: (id) => snapshot(() => runs.damage(id)),
    countRuns: (filter) => snapshot(() => runs.count(filter)),
    findIds: (prefix) => snapshot(() => runs.findIds(prefix)),
    series: (runId) => snapshot(() => series.list(runs.sequence(runId), `run ${runId}`)),
    readSeries: (runId, name, range) =>
      snapshot(() => series.read(runs.sequence(runId), name, `run ${runId}`, range)),
    decimate: (runId, name, window) =>
      snapshot(() => series.decimate(runs.sequence(runId), name, `run ${runId}`, window)),
    lastStep: (runId) =>
      snapshot(() =>
        series
          .list(runs.sequence(runId), `run ${runId}`)
          .reduce((last, info) => Math.max(last, info.lastStep), NO_STEP),
      ),
    events: (runId) => snapshot(() => events.list(runs.sequence(runId), `run ${runId}`)),
    keptSteps: (runId) => snapshot(() => pictures.steps(runs.sequence(runId), `run ${runId}`)),
    keptPicture: (runId, name, step) =>
      snapshot(() => pictures.at(runs.sequence(runId), name, step, `run ${runId}`)),
    keptPictures: (runId) => snapshot(() => [...pictures.all(runs.sequence(runId), `run ${runId}`)]),
    close: () => db.close(),
  };
}
