/** Runs that an earlier studio on the same folder did not bring to an end. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkpointPath } from '../node/run-folder.ts';
import { pendingStates } from '../shared/run.ts';
import type { KnownSubmissions } from './executors/known-submissions.ts';
import { isImported } from './files/parameters.ts';
import type { Store } from './store/types.ts';
import { isOrphanIn, orphanReason } from './store/without-owner.ts';

/**
 * Nobody works on a run that was live or queued under a studio that is gone, so that both become `interrupted`: what is
 * `queued` in an open studio is in its queue. Those of a submission are trained elsewhere, and the dispatcher follows them on.
 * @returns ids of the runs that wait to be continued or stopped, those that ended in good order with their studio too
 */
export function takeOverRuns(
  store: Store,
  dataDir: string,
  { submissions, outOfReach }: KnownSubmissions,
): ReadonlySet<string> {
  const followed = new Set([...submissions, ...outOfReach].flatMap(({ runs }) => runs));
  const isOrphan = isOrphanIn(store);
  const orphans = store
    .runs({ states: pendingStates })
    .filter((run) => isOrphan(run) || !followed.has(run.id));
  const endedAt = Date.now();
  store.updateRuns(
    orphans.map((run) => ({
      id: run.id,
      patch: { state: 'interrupted', reason: orphanReason(run), endedAt },
    })),
  );
  const waiting = store.runs({ states: ['interrupted'] }).filter((run) => {
    const folder = join(dataDir, 'runs', run.id);
    return run.archivedAt === null && (existsSync(checkpointPath(folder)) || !isImported(folder));
  });
  return new Set(waiting.map(({ id }) => id));
}
