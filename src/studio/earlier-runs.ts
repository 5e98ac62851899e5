/** Runs that an earlier studio on the same folder did not bring to an end. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkpointPath } from '../node/run-folder.ts';
import { pendingStates, type RunRecord } from '../shared/run.ts';
import type { KnownSubmissions } from './executors/known-submissions.ts';
import { isImported } from './files/parameters.ts';
import type { Store } from './store/types.ts';
import { isOrphanIn, orphanReason } from './store/without-owner.ts';

export interface EarlierRuns {
  /** Ids of those that wait to be continued or stopped, those that ended in good order with their studio too. */
  readonly left: ReadonlySet<string>;
  /** Those that wait for an executor and were not handed to it. */
  readonly unmade: readonly RunRecord[];
}

/**
 * Nobody works on a run that was live or queued under a studio that is gone, so that both become `interrupted`: what is
 * `queued` in an open studio is in its queue. Those of a submission are trained elsewhere, and the dispatcher follows them on. Those that were to
 * go into one, and are in none, are still to be handed over: for whoever reads the folder they have been queued all the time.
 */
export function takeOverRuns(store: Store, dataDir: string, known: KnownSubmissions): EarlierRuns {
  const { submissions, outOfReach, damaged } = known;
  const followed = new Set([...submissions, ...outOfReach].flatMap(({ runs }) => runs));
  const isOrphan = isOrphanIn(store);
  const lone = store.runs({ states: pendingStates }).filter((run) => isOrphan(run) || !followed.has(run.id));
  const unmade = damaged.length > 0 ? [] : lone.filter((run) => !isOrphan(run) && run.state === 'queued');
  const handedOver = new Set(unmade);
  const orphans = lone.filter((run) => !handedOver.has(run));
  const endedAt = Date.now();
  store.updateRuns(
    orphans.map((run) => ({
      id: run.id,
      patch: {
        ...{ state: 'interrupted' as const, endedAt },
        reason: isOrphan(run) ? orphanReason(run) : lostReason(run, damaged),
      },
    })),
  );
  const waiting = store.runs({ states: ['interrupted'] }).filter((run) => {
    const folder = join(dataDir, 'runs', run.id);
    return run.archivedAt === null && (existsSync(checkpointPath(folder)) || !isImported(folder));
  });
  return { left: new Set(waiting.map(({ id }) => id)), unmade };
}

/** Of a run that an executor trains, or was to train. It may be in any submission that is damaged, if none is known to have it. */
function lostReason({ id }: RunRecord, damaged: KnownSubmissions['damaged']): string {
  const own = damaged.find(({ runs }) => runs.includes(id)) ?? damaged[0];
  return own === undefined
    ? 'the submission in which it was handed over is gone'
    : `what was handed over to its executor cannot be read: ${own.error.message}`;
}
