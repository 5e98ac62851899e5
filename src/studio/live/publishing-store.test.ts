import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { batchOf, comparisonRecord, newComparison, runRecord } from '../../../test/fixtures/runs.ts';
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts';
import type { StudioEvent } from '../../shared/contract/events.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/types.ts';
import { EventFeed } from './event-feed.ts';
import { publishingStore } from './publishing-store.ts';

interface Watched {
  readonly store: Store;
  /** What was told since the last call. */
  told(): Promise<StudioEvent[]>;
}

function watched(): Watched {
  const feed = new EventFeed();
  const inner = openStore(join(temporaryFolder(), 'studio.sqlite'));
  onTestFinished(() => inner.close());
  let cursor = feed.cursor;
  return {
    store: publishingStore(inner, feed),
    async told() {
      const events: StudioEvent[] = [];
      const reader = feed.read(cursor);
      while (cursor !== feed.cursor) {
        const { value } = await reader.next();
        if (value === undefined) break;
        events.push(value);
        cursor = value.cursor;
      }
      return events;
    },
  };
}

describe('a store that tells', () => {
  it('tells of new comparisons and runs, and of every change of a run', async () => {
    const { store, told } = watched();
    const { comparison, runs } = store.createComparison(newComparison(2));
    expect((await told()).map(({ type }) => type)).toEqual(['comparison', 'run', 'run']);
    store.updateRun(runs[0]?.id ?? '', { state: 'running' });
    expect(await told()).toMatchObject([
      { type: 'run', run: { id: runs[0]?.id, state: 'running', comparisonName: 'menus' } },
    ]);
    store.renameComparison(comparison.id, 'other');
    expect(await told()).toMatchObject([
      { type: 'comparison', comparison: { name: 'other' } },
      { type: 'run', run: { comparisonName: 'other' } },
      { type: 'run', run: { comparisonName: 'other' } },
    ]);
    store.setBaselines(comparison.id, { surplus: 2 });
    store.addEvent(runs[1]?.id ?? '', { kind: 'log', step: 3, message: 'hello' });
    store.insertRun(runRecord, comparisonRecord, {});
    store.removeRuns([runRecord.id]);
    expect(await told()).toMatchObject([
      { type: 'comparison', comparison: { baselines: { surplus: 2 } } },
      { type: 'log', run: runs[1]?.id, message: 'hello', step: 3 },
      { type: 'comparison' },
      { type: 'run', run: { id: runRecord.id } },
      { type: 'removed', runs: [runRecord.id] },
    ]);
  });

  it('tells exactly the points that were new, with the length of the series', async () => {
    const { store, told } = watched();
    const id = store.createComparison(newComparison()).runs[0]?.id ?? '';
    store.commit([batchOf(id, 'loss', [0, 5], [1, Number.NaN])]);
    await told();
    // A resumed run sends some points again.
    store.commit([batchOf(id, 'loss', [0, 5, 10], [1, 2, 3])]);
    store.commit([batchOf(id, 'loss', [10], [3])]);
    expect(await told()).toMatchObject([
      {
        type: 'points',
        runs: [{ id, madeAt: null, series: [{ name: 'loss', steps: [10], values: [3], count: 3 }] }],
      },
    ]);
  });

  it('says null for a value that JSON has no word for', async () => {
    const { store, told } = watched();
    const id = store.createComparison(newComparison()).runs[0]?.id ?? '';
    await told();
    store.commit([batchOf(id, 'loss', [0, 1, 2], [Number.NaN, Number.POSITIVE_INFINITY, 0])]);
    expect(await told()).toMatchObject([{ runs: [{ series: [{ values: [null, null, 0] }] }] }]);
  });

  it('tells nothing of what was not stored', async () => {
    const { store, told } = watched();
    const id = store.createComparison(newComparison()).runs[0]?.id ?? '';
    await told();
    expect(() =>
      store.commit([batchOf(id, 'loss', [0], [1]), batchOf('nobody', 'loss', [0], [1])]),
    ).toThrow();
    expect(() => store.updateRun('nobody', { name: 'x' })).toThrow();
    expect(await told()).toEqual([]);
    store.commit([batchOf(id, 'loss', [0], [1])]);
    expect(await told()).toMatchObject([{ runs: [{ series: [{ steps: [0], count: 1 }] }] }]);
  });

  it('tells of what was written together when all of it is durable, of each state of a run once, and of nothing that was undone', async () => {
    const { store, told } = watched();
    const { runs } = store.createComparison(newComparison(1));
    const id = runs[0]!.id;
    await told();
    const write = (reason: string, step: number) => {
      store.updateRun(id, { state: 'running', reason: 'before' });
      store.updateRun(id, { state: 'running', reason });
      store.commit([batchOf(id, 'loss', [step], [1])]);
      store.updateRun(id, { state: 'completed', reason });
    };
    const failure = new Error('undone');
    const undone = () =>
      store.together(() => {
        write('lost', 1);
        throw failure;
      });
    expect(undone).toThrow(failure);
    expect(await told()).toEqual([]);
    expect([store.run(id)?.state, store.series(id)]).toEqual(['queued', []]);
    store.together(() => write('kept', 1));
    expect(await told()).toMatchObject([
      { type: 'run', run: { id, state: 'running', reason: 'kept' } },
      { type: 'points', runs: [{ id, series: [{ name: 'loss', steps: [1], count: 1 }] }] },
      { type: 'run', run: { id, state: 'completed', reason: 'kept' } },
    ]);
  });
});
