/** Steering runs and keeping them in order. Several runs at once: all, or none and a conflict that names the first. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { liveStates, resumableStates, type RunState } from '../../shared/run.ts';
import { summaryOf } from '../live/run-summary.ts';
import type { Studio } from '../studio.ts';
import { implementation } from './implement.ts';

const pending: readonly RunState[] = ['queued', ...liveStates];

export function steeringHandlers({ store, queue, dataDir }: Studio) {
  const { runs } = implementation;
  const answer = (ids: readonly string[]) => ({ runs: ids.map((id) => summaryOf(store, id)) });
  const stateOf = (id: string) => queue.stateOf(id) ?? summaryOf(store, id).state;
  /** Every run exists and is in one of the states, or nothing happens. */
  const require = (ids: readonly string[], allowed: (id: string) => boolean, what: string) => {
    for (const id of ids) summaryOf(store, id);
    const refused = ids.find((id) => !allowed(id));
    if (refused === undefined) return;
    throw new AppError('conflict', `run ${refused} is ${stateOf(refused)}; ${what}. Nothing was changed`);
  };
  const isIn = (states: readonly RunState[]) => (id: string) => states.includes(stateOf(id));

  return {
    pause: runs.pause.handler(({ input: { ids } }) => {
      require(ids, isIn(['running']), 'only a running run can be paused');
      for (const id of ids) queue.pause(id, 'paused by hand');
      return answer(ids);
    }),
    unpause: runs.unpause.handler(({ input: { ids } }) => {
      require(ids, isIn(['paused']), 'only a paused run can go on');
      for (const id of ids) queue.resume(id);
      return answer(ids);
    }),
    stop: runs.stop.handler(({ input: { ids } }) => {
      require(ids, isIn(pending), 'only a queued, running or paused run can be stopped');
      for (const id of ids) queue.stop(id, 'stopped by hand');
      return answer(ids);
    }),
    resume: runs.resume.handler(({ input: { ids } }) => {
      require(ids, (id) =>
        queue.stateOf(id) === undefined &&
        resumableStates.includes(
          summaryOf(store, id).state,
        ), 'only a run that was interrupted, stopped or failed can be resumed');
      queue.add(
        ids.flatMap((id) => {
          const run = store.run(id);
          return run === undefined ? [] : [run];
        }),
      );
      return answer(ids);
    }),
    rename: runs.rename.handler(({ input: { id, name } }) => {
      store.updateRun(id, { name });
      return answer([id]);
    }),
    setNotes: runs.setNotes.handler(({ input: { id, notes } }) => {
      store.updateRun(id, { notes });
      return answer([id]);
    }),
    setTags: runs.setTags.handler(({ input: { ids, tags } }) => {
      require(ids, () => true, '');
      for (const id of ids) store.updateRun(id, { tags: [...new Set(tags)] });
      return answer(ids);
    }),
    archive: runs.archive.handler(({ input: { ids } }) => {
      require(ids, (id) => !pending.includes(stateOf(id)), 'stop it before it is archived');
      for (const id of ids) store.updateRun(id, { archivedAt: Date.now() });
      return answer(ids);
    }),
    unarchive: runs.unarchive.handler(({ input: { ids } }) => {
      require(ids, () => true, '');
      for (const id of ids) store.updateRun(id, { archivedAt: null });
      return answer(ids);
    }),
    delete: runs.delete.handler(({ input: { ids } }) => {
      require(ids, (id) =>
        summaryOf(store, id).archivedAt !== null &&
        queue.stateOf(id) === undefined, 'only an archived run can be deleted');
      const deleted = [...new Set(ids)];
      store.removeRuns(deleted);
      for (const id of deleted) rmSync(join(dataDir, 'runs', id), { recursive: true, force: true });
      return { deleted };
    }),
  };
}
