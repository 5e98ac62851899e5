/**
 * A store that tells the feed what was written, after it is durable. Whoever writes (queue, handlers, an import) need not
 * think of it, and what a reader of the store saw together with the feed's cursor is never told again.
 */
import type { StudioEvent } from '../../shared/contract/events.ts';
import { shownState } from '../../shared/run.ts';
import { firstNew, NO_STEP } from '../../shared/series.ts';
import { DamageError } from '../store/checksum.ts';
import type { RunBatch, Store } from '../store/types.ts';
import type { EventFeed, NewStudioEvent } from './event-feed.ts';
import { summaryOf } from './run-summary.ts';

type RunPoints = Extract<StudioEvent, { type: 'points' }>['runs'][number];

interface Extent {
  lastStep: number;
  count: number;
}

/** Runs whose series' lengths are remembered. */
const REMEMBERED = 1000;

export function publishingStore(store: Store, feed: EventFeed): Store {
  const extents = new Map<string, Map<string, Extent>>();

  /** What is to be told once a transaction of several writes is durable; undefined: there is none. Of a run, the last of each state. */
  let held: Map<unknown, () => void> | undefined;

  const tell = (what: unknown, publish: () => void) => {
    if (held === undefined) {
      publish();
      return;
    }
    held.delete(what);
    held.set(what, publish);
  };
  const publish = (event: NewStudioEvent) => tell(event, () => feed.publish(event));
  const tellRun = (id: string) => {
    // As it is now: what it is about to do is told, too, although it may have done it before the transaction ends.
    const run = summaryOf(store, id);
    tell(`${id} ${shownState(run)}`, () => feed.publish({ type: 'run', run }));
  };
  const tellComparison = (id: string) =>
    tell(id, () => {
      const comparison = store.comparison(id);
      if (comparison !== undefined) feed.publish({ type: 'comparison', comparison });
    });

  /** How far each series of the run goes, as stored; read before the first commit that this store sees of it. */
  const extentsOf = (id: string) => {
    const known = extents.get(id);
    if (known !== undefined) return known;
    if (extents.size >= REMEMBERED) extents.clear();
    const read = new Map(
      store.series(id).map(({ name, lastStep, count }) => [name, { lastStep, count }] as const),
    );
    extents.set(id, read);
    return read;
  };

  return {
    ...store,
    together(write) {
      if (held !== undefined) {
        const before = [...held];
        try {
          store.together(write);
        } catch (error) {
          held.clear();
          for (const [what, publish] of before) held.set(what, publish);
          throw error;
        }
        return;
      }
      const told = (held = new Map<unknown, () => void>());
      try {
        store.together(write);
      } catch (error) {
        // Of what was undone.
        extents.clear();
        throw error;
      } finally {
        held = undefined;
      }
      for (const publish of told.values()) publishWhole(publish);
    },
    createComparison(input) {
      const made = store.createComparison(input);
      tellComparison(made.comparison.id);
      for (const { id } of made.runs) tellRun(id);
      return made;
    },
    addRuns(comparison, runs) {
      const made = store.addRuns(comparison, runs);
      for (const { id } of made) tellRun(id);
      return made;
    },
    setBaselines(id, baselines) {
      store.setBaselines(id, baselines);
      tellComparison(id);
    },
    addSolution(id, solution) {
      store.addSolution(id, solution);
      tellComparison(id);
    },
    renameComparison(id, name) {
      store.renameComparison(id, name);
      tellComparison(id);
      for (const run of store.runs({ comparison: id })) tellRun(run.id);
    },
    joinComparison(run, comparison) {
      store.joinComparison(run, comparison);
      tellComparison(comparison.id);
    },
    updateRun(id, patch) {
      store.updateRun(id, patch);
      tellRun(id);
    },
    updateRuns(changes) {
      store.updateRuns(changes);
      for (const { id } of changes) tellRun(id);
    },
    addEvent(id, event) {
      store.addEvent(id, event);
      publish({ type: 'log', run: id, at: Date.now(), ...event });
    },
    commit(batches) {
      const before = batches.map(({ runId }) => extentsOf(runId));
      store.commit(batches);
      const runs = batches.flatMap((batch, index) => {
        const series = freshPoints(batch, before[index] ?? new Map<string, Extent>());
        return series.length === 0 ? [] : [{ id: batch.runId, madeAt: batch.madeAt ?? null, series }];
      });
      if (runs.length > 0) publish({ type: 'points', runs });
      const drawn = batches.filter(({ pictures = [] }) => pictures.length > 0).map(({ runId }) => runId);
      if (drawn.length > 0) publish({ type: 'pictures', runs: [...new Set(drawn)] });
    },
    insertRun(run, comparison, ...contents) {
      store.insertRun(run, comparison, ...contents);
      tellComparison(comparison.id);
      tellRun(run.id);
    },
    stage() {
      const staged = store.stage();
      return {
        ...staged,
        adopt(run, comparison, pictures) {
          staged.adopt(run, comparison, pictures);
          tellComparison(comparison.id);
          tellRun(run.id);
        },
      };
    },
    removeRuns(ids) {
      store.removeRuns(ids);
      for (const id of ids) extents.delete(id);
      publish({ type: 'removed', runs: [...ids] });
    },
  };
}

/** What cannot be read is shown as damaged when somebody looks; it was written all the same, and the others are told of. */
function publishWhole(publish: () => void): void {
  try {
    publish();
  } catch (error) {
    if (!(error instanceof DamageError)) throw error;
  }
}

/** What of a batch was new to the store; moves the extents on. */
function freshPoints({ points }: RunBatch, extents: Map<string, Extent>): RunPoints['series'] {
  return points.flatMap(({ series: name, steps, values }) => {
    const extent = extents.get(name) ?? { lastStep: NO_STEP, count: 0 };
    const first = firstNew(steps, extent.lastStep);
    if (first === steps.length) return [];
    extent.lastStep = steps.at(-1) ?? extent.lastStep;
    extent.count += steps.length - first;
    extents.set(name, extent);
    return [
      {
        name,
        steps: [...steps.subarray(first)],
        values: finiteOrNull(values.subarray(first)),
        count: extent.count,
      },
    ];
  });
}

/** JSON has no word for NaN and infinities. */
export function finiteOrNull(values: Float64Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) ? value : null));
}
