import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { storeWithRun } from '../../../test/fixtures/new-store.ts';
import { batchOf } from '../../../test/fixtures/runs.ts';
import { openStore } from './open.ts';
import type { Store } from './types.ts';

function tableSizes(store: Store): { blocks: number; tail: number } {
  const db = new Database(store.path, { readonly: true });
  const count = (table: string) => Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
  const sizes = { blocks: count('blocks'), tail: count('tail') };
  db.close();
  return sizes;
}

describe('series', () => {
  it('keep every value exactly', () => {
    const { store, id } = storeWithRun();
    const values = [NaN, Infinity, -Infinity, -0, 5e-324, 1.7976931348623157e308, 0.1];
    store.commit([batchOf(id, 'loss', [0, 1, 2, 3, 9, 10, 11], values)]);
    const { steps, values: read } = store.readSeries(id, 'loss');
    expect([...steps]).toEqual([0, 1, 2, 3, 9, 10, 11]);
    expect([...read]).toEqual(values);
    expect(store.series(id)).toEqual([
      { name: 'loss', count: 7, firstStep: 0, lastStep: 11, min: -0, max: 1.7976931348623157e308 },
    ]);
  });

  it('skip points that are there already', () => {
    const { store, id } = storeWithRun();
    store.commit([batchOf(id, 'loss', [0, 1, 2], [1, 2, 3])]);
    store.commit([batchOf(id, 'loss', [1, 2, 3], [-1, -1, 4])]);
    store.commit([batchOf(id, 'loss', [0, 1], [-1, -1]), batchOf(id, 'loss', [4], [5])]);
    expect([...store.readSeries(id, 'loss').values]).toEqual([1, 2, 3, 4, 5]);
  });

  it('become a few blocks, however they arrive, and are the same after reopening', () => {
    const { store, id } = storeWithRun();
    for (let step = 0; step < 10_000; step += 25) {
      const steps = Array.from({ length: 25 }, (_, index) => step + index);
      const sparse = step % 100 === 0 ? [batchOf(id, 'evaluated', [step], [-step])] : [];
      store.commit([batchOf(id, 'loss', steps, steps), ...sparse]);
    }
    expect(tableSizes(store).blocks).toBe(2);
    expect(tableSizes(store).tail).toBeLessThan(256);
    store.close();
    const again = openStore(store.path);
    onTestFinished(() => again.close());
    again.commit([batchOf(id, 'loss', [9_999, 20_000], [0, 1])]);
    again.updateRun(id, { state: 'completed' });
    expect(tableSizes(again)).toEqual({ blocks: 4, tail: 0 });
    const loss = again.readSeries(id, 'loss');
    expect([...loss.steps]).toEqual([...Array.from({ length: 10_000 }, (_, step) => step), 20_000]);
    expect(loss.values[9_999]).toBe(9_999);
    expect(again.readSeries(id, 'evaluated').values.length).toBe(100);
    expect(again.lastStep(id)).toBe(20_000);
  });

  it('become a block with the commit that fills it', () => {
    const { store, id } = storeWithRun();
    const add = (from: number, count: number) => {
      const steps = Array.from({ length: count }, (_, index) => from + index);
      store.commit([batchOf(id, 'loss', steps, steps)]);
      return tableSizes(store).blocks;
    };
    expect([add(0, 4000), add(4000, 2000), add(6000, 2191), add(8191, 1)]).toEqual([0, 1, 1, 2]);
  });

  it('are read by a range of steps, both ends included', () => {
    const { store, id } = storeWithRun();
    const steps = Array.from({ length: 9_000 }, (_, index) => 2 * index);
    store.commit([batchOf(id, 'loss', steps, steps)]);
    const read = (from: number, to: number) => [...store.readSeries(id, 'loss', { from, to }).steps];
    expect(read(8_190, 8_196)).toEqual([8_190, 8_192, 8_194, 8_196]);
    expect(read(8_189.5, 8_195.5)).toEqual([8_190, 8_192, 8_194]);
    expect(read(17_996, 99_999)).toEqual([17_996, 17_998]);
    expect(read(5, 5)).toEqual([]);
    expect(read(-10, 0)).toEqual([0]);
    expect(read(20_000, 30_000)).toEqual([]);
  });

  it('that do not exist are empty, but their run must exist', () => {
    const { store, id } = storeWithRun();
    expect(store.readSeries(id, 'loss').steps).toHaveLength(0);
    expect(store.lastStep(id)).toBe(-1);
    expect(store.decimate(id, 'loss', { from: 0, to: 9, columns: 3 }).steps).toHaveLength(0);
    expect(() => store.readSeries('nobody', 'loss')).toThrow(expect.objectContaining({ kind: 'not-found' }));
  });

  it('with steps that do not increase are refused, and nothing of the commit is kept', () => {
    const { store, id } = storeWithRun();
    const good = batchOf(id, 'gap', [0], [1]);
    expect(() => store.commit([good, batchOf(id, 'loss', [3, 3], [1, 1])])).toThrow(/step 3 after step 3/);
    expect(() => store.commit([good, { ...good, runId: 'nobody' }])).toThrow(/no run nobody/);
    expect(store.series(id)).toEqual([]);
    expect(store.run(id)?.metrics).toEqual({});
    store.commit([good]);
    expect(store.series(id)).toHaveLength(1);
  });
});
