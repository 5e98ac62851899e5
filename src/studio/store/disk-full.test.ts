import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  batchOf,
  comparisonRecord,
  newComparison,
  runRecord,
  seriesOf,
} from '../../../test/fixtures/runs.ts';
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts';
import { connectWritable } from './connection.ts';
import { openStore } from './open.ts';
import { writableStore } from './writable-store.ts';

/** A store whose file may grow by no more than `pages` pages until `free` is called: SQLite itself then says SQLITE_FULL. */
function cramped() {
  const file = join(temporaryFolder(), 'studio.sqlite');
  const first = openStore(file);
  const { runs } = first.createComparison(newComparison());
  first.close();
  const db = connectWritable(file);
  const store = writableStore(db, file, () => undefined);
  onTestFinished(() => store.close());
  return {
    store,
    db,
    id: runs[0]?.id ?? '',
    fill: (pages: number) =>
      db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true })) + pages}`),
    free: () => db.pragma('max_page_count = 1000000'),
  };
}

const full = expect.objectContaining({
  kind: 'disk-full',
  message: expect.stringMatching(/studio\.sqlite is full; nothing was changed/) as string,
}) as Error;

describe('a full disk', () => {
  it('undoes all that is written together, whichever write it is that has no space', () => {
    const { store, db, id, fill, free } = cramped();
    const steps = Array.from({ length: 100 }, (_, step) => step);
    const failed = new Set<number>();
    for (let pages = 0; failed.size < 2 && pages < 100; pages++) {
      let begun = 0;
      fill(pages);
      const write = () => {
        for (let n = 0; n < 40; n++) {
          begun = n;
          store.commit([batchOf(id, `loss${n}`, steps, steps)]);
          store.updateRun(id, { reason: `${pages} ${n}` });
        }
      };
      const before = [store.series(id), store.run(id)];
      expect(() => store.together(write)).toThrow(full);
      expect([store.series(id), store.run(id), db.inTransaction]).toEqual([...before, false]);
      failed.add(begun);
      free();
      if (failed.size < 2) continue;
      store.together(write);
      expect(store.series(id)).toHaveLength(40);
      expect(store.run(id)?.reason).toBe(`${pages} 39`);
    }
    expect(failed.size).toBe(2);
  });

  it('undoes a commit whole, and takes the same commit later', () => {
    const { store, db, id, fill, free } = cramped();
    let failures = 0;
    for (let commit = 0; commit < 300; commit += 1) {
      const steps = Array.from({ length: 100 }, (_, index) => commit * 100 + index);
      const batches = [
        batchOf(id, 'loss', steps, steps),
        batchOf(id, 'gap', steps.slice(0, 7), steps.slice(0, 7)),
      ];
      const before = [store.series(id), store.run(id), store.readSeries(id, 'loss')];
      fill(commit % 2);
      try {
        store.commit(batches);
      } catch (error) {
        failures += 1;
        expect(error).toEqual(full);
        expect(db.inTransaction).toBe(false);
        expect([store.series(id), store.run(id), store.readSeries(id, 'loss')]).toEqual(before);
        free();
        store.commit(batches);
      }
      free();
    }
    expect(failures).toBeGreaterThan(15);
    const all = Float64Array.from({ length: 30_000 }, (_, step) => step);
    expect(store.readSeries(id, 'loss')).toEqual({ steps: all, values: all });
    expect(store.readSeries(id, 'gap').steps).toHaveLength(300 * 7);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  it('undoes an import whole', () => {
    const { store, fill, free } = cramped();
    const steps = Array.from({ length: 20_000 }, (_, step) => step);
    fill(10);
    expect(() => store.insertRun(runRecord, comparisonRecord, { loss: seriesOf(steps, steps) })).toThrow(
      full,
    );
    expect(store.run(runRecord.id)).toBeUndefined();
    expect(store.comparison(comparisonRecord.id)).toBeUndefined();
    free();
    store.insertRun(runRecord, comparisonRecord, { loss: seriesOf(steps, steps) });
    expect(store.readSeries(runRecord.id, 'loss').steps).toHaveLength(20_000);
  });
});
