/** What a person does to runs: each asks the studio, shows the answer at once, and offers the way back where there is one. */
import type { RunSummary } from '../../shared/contract/run-summary.ts';
import { counted } from '../format/numbers.ts';
import { attempt, toasts } from '../page/toasts.svelte.ts';
import { runs } from './runs.svelte.ts';
import { studio } from './studio.svelte.ts';

type Steering = 'pause' | 'unpause' | 'stop' | 'resume';

/** As many runs as one call takes. */
const MOST_AT_ONCE = 5000;

export function steer(verb: Steering, ids: readonly string[]): void {
  attempt(async () => {
    for (let from = 0; from < ids.length; from += MOST_AT_ONCE) {
      const some = ids.slice(from, from + MOST_AT_ONCE);
      runs.merge((await studio.call((client) => client.runs[verb]({ ids: some }))).runs);
    }
  });
}

export function archive(ids: readonly string[]): void {
  attempt(async () => {
    runs.merge((await studio.call((client) => client.runs.archive({ ids: [...ids] }))).runs);
    toasts.info(`Archived ${counted(ids.length, 'run')}.`, {
      label: 'Undo',
      run: () => unarchive(ids),
    });
  });
}

export function unarchive(ids: readonly string[]): void {
  attempt(async () => {
    runs.merge((await studio.call((client) => client.runs.unarchive({ ids: [...ids] }))).runs);
  });
}

/** In one durable call: all of the runs or none. */
export function changeTags(
  changed: readonly RunSummary[],
  add: readonly string[],
  remove: readonly string[],
): void {
  const ids = changed.map(({ id }) => id);
  attempt(async () => {
    const answer = await studio.call((client) =>
      client.runs.changeTags({ ids, add: [...add], remove: [...remove] }),
    );
    runs.merge(answer.runs);
    toasts.info(`Changed the tags of ${counted(ids.length, 'run')}.`, {
      label: 'Undo',
      run: () => restoreTags(changed),
    });
  });
}

/** Runs with the same tags go together. */
function restoreTags(former: readonly RunSummary[]): void {
  attempt(async () => {
    for (const group of Map.groupBy(former, ({ tags }) => JSON.stringify(tags)).values()) {
      const ids = group.map(({ id }) => id);
      const tags = [...(group[0]?.tags ?? [])];
      runs.merge((await studio.call((client) => client.runs.setTags({ ids, tags }))).runs);
    }
  });
}

/** For good; only archived runs. */
export async function deleteRuns(ids: readonly string[]): Promise<void> {
  await studio.call((client) => client.runs.delete({ ids: [...ids] }));
  toasts.info(`Deleted ${counted(ids.length, 'run')}.`);
}
