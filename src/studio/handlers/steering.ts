/** Steering runs and keeping them in order. Several runs at once: all, or none and a conflict that names the first. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunSummary } from '../../shared/contract/run-summary.ts';
import { MOST_TAGS } from '../../shared/contract/texts.ts';
import { isFromElsewhere } from '../../shared/elsewhere.ts';
import { AppError } from '../../shared/errors.ts';
import {
  liveStates,
  pendingStates,
  resumableStates,
  stoppableStates,
  type RunState,
} from '../../shared/run.ts';
import { summaryOf } from '../live/run-summary.ts';
import type { Studio } from '../studio.ts';
import type { RunPatch } from '../store/types.ts';
import { implementation } from './implement.ts';

export function steeringHandlers(studio: Studio) {
  const { store, queue, dataDir } = studio;
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
  /** @param states in which only the script can do it, in its words `how` */
  const requireOurs = (ids: readonly string[], how: string, states: readonly RunState[]) => {
    const theirs = ids.find((id) => {
      const run = store.run(id);
      return run !== undefined && states.includes(run.state) && isFromElsewhere(run.spec);
    });
    if (theirs === undefined) return;
    throw new AppError('conflict', `run ${theirs} is trained by a script; ${how} there. Nothing was changed`);
  };
  const updateAll = (ids: readonly string[], patch: (id: string) => RunPatch) =>
    store.updateRuns([...new Set(ids)].map((id) => ({ id, patch: patch(id) })));
  const isIn = (states: readonly RunState[]) => (id: string) => states.includes(stateOf(id));

  return {
    pause: runs.pause.handler(({ input: { ids } }) => {
      requireOurs(ids, 'end it', liveStates);
      require(ids, isIn(['running']), 'only a running run can be paused');
      for (const id of ids) queue.pause(id, 'paused by hand');
      return answer(ids);
    }),
    unpause: runs.unpause.handler(({ input: { ids } }) => {
      requireOurs(ids, 'end it', liveStates);
      require(ids, isIn(['paused']), 'only a paused run can continue');
      for (const id of ids) queue.resume(id);
      return answer(ids);
    }),
    stop: runs.stop.handler(({ input: { ids } }) => {
      requireOurs(ids, 'end it', liveStates);
      require(ids, isIn(
        stoppableStates,
      ), 'only a run that is queued, running, paused or interrupted can be stopped');
      for (const id of ids) studio.stop(id, 'stopped by hand');
      return answer(ids);
    }),
    resume: runs.resume.handler(({ input: { ids } }) => {
      requireOurs(ids, 'resume it', resumableStates);
      require(ids, (id) =>
        queue.stateOf(id) === undefined &&
        resumableStates.includes(
          summaryOf(store, id).state,
        ), 'only a run that was interrupted, stopped or failed can be resumed');
      studio.resume(ids.flatMap((id) => store.run(id) ?? []));
      return answer(ids);
    }),
    left: runs.left.handler(() => ({ ids: studio.left().map(({ id }) => id) })),
    rename: runs.rename.handler(({ input: { id, name } }) => {
      store.updateRun(id, { name });
      return answer([id]);
    }),
    setNotes: runs.setNotes.handler(({ input: { id, notes, was } }) => {
      const notesNow = store.run(id)?.notes;
      if (was !== undefined && notesNow !== undefined && notesNow !== was) {
        throw new AppError(
          'conflict',
          `the notes of run ${id} were changed elsewhere in the meantime; read them first. Nothing was changed`,
        );
      }
      store.updateRun(id, { notes });
      return answer([id]);
    }),
    setTags: runs.setTags.handler(({ input: { ids, tags } }) => {
      require(ids, () => true, '');
      updateAll(ids, () => ({ tags: [...new Set(tags)] }));
      return answer(ids);
    }),
    changeTags: runs.changeTags.handler(({ input: { ids, add, remove } }) => {
      updateAll(ids, (id) => ({ tags: changedTags(summaryOf(store, id), add, remove) }));
      return answer(ids);
    }),
    archive: runs.archive.handler(({ input: { ids } }) => {
      require(ids, (id) => !pendingStates.includes(stateOf(id)), 'stop it before it is archived');
      updateAll(ids, () => ({ archivedAt: Date.now() }));
      return answer(ids);
    }),
    unarchive: runs.unarchive.handler(({ input: { ids } }) => {
      require(ids, () => true, '');
      updateAll(ids, () => ({ archivedAt: null }));
      return answer(ids);
    }),
    delete: runs.delete.handler(({ input: { ids } }) => {
      const readable = ids.filter((id) => store.damagedRun(id) === undefined);
      require(readable, (id) =>
        summaryOf(store, id).archivedAt !== null &&
        queue.stateOf(id) === undefined, 'only an archived run can be deleted');
      const deleted = [...new Set(ids)];
      store.removeRuns(deleted);
      for (const id of deleted) rmSync(join(dataDir, 'runs', id), { recursive: true, force: true });
      return { deleted };
    }),
  };
}

/** @throws AppError conflict if the run would have more tags than a run may have */
function changedTags(
  { id, tags }: RunSummary,
  add: readonly string[],
  remove: readonly string[],
): readonly string[] {
  const changed = [...new Set([...tags.filter((tag) => !remove.includes(tag)), ...add])];
  if (changed.length <= Math.max(MOST_TAGS, tags.length)) return changed;
  throw new AppError(
    'conflict',
    `run ${id} would have ${changed.length} tags, but a run may have at most ${MOST_TAGS}; remove some first. Nothing was changed`,
  );
}
