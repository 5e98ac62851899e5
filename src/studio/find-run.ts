import { AppError } from '../shared/errors.ts';
import type { RunRecord } from '../shared/run.ts';
import type { ReadableStore } from './store/types.ts';

/** @throws AppError `not-found` */
export function findRun(store: ReadableStore, id: string): RunRecord {
  const run = store.run(id);
  if (run === undefined) throw new AppError('not-found', `there is no run ${id}; it may have been deleted`);
  return run;
}
