import { join } from 'node:path';
import type { RunSource } from '../shared/jobs.ts';
import { AppError } from '../shared/errors.ts';
import type { RunRecord } from '../shared/run.ts';
import type { ReadableStore } from './store/types.ts';

/** @throws AppError `not-found` */
export function findRun(store: ReadableStore, id: string): RunRecord {
  const run = store.run(id);
  if (run === undefined) throw new AppError('not-found', `there is no run ${id}; it may have been deleted`);
  return run;
}

/** Where a trainer finds what a run has come to. */
export function sourceOf({ id, spec, step }: RunRecord, dataDir: string): RunSource {
  return { id, spec, step, folder: join(dataDir, 'runs', id) };
}
