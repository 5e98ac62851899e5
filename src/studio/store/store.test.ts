import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  batchOf,
  comparisonRecord,
  newComparison,
  runRecord,
  seriesOf,
} from '../../../test/fixtures/runs.ts';
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts';
import { openStore } from './open.ts';
import type { Store } from './types.ts';

function newStore(): Store {
  const store = openStore(join(temporaryFolder(), 'studio.sqlite'));
  onTestFinished(() => store.close());
  return store;
}

function storeWithRun(): { store: Store; id: string; comparison: string } {
  const store = newStore();
  const { comparison, runs } = store.createComparison(newComparison());
  return { store, id: runs[0]?.id ?? '', comparison: comparison.id };
}

function tableSizes(store: Store): { blocks: number; tail: number } {
  const db = new Database(store.path, { readonly: true });
  const count = (table: string) => Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
  const sizes = { blocks: count('blocks'), tail: count('tail') };
  db.close();
  return sizes;
}

describe('comparisons and runs', () => {
  it('come back as they were created', () => {
    const store = newStore();
    const { comparison, runs } = store.createComparison(newComparison(3));
    expect(store.comparison(comparison.id)).toEqual(comparison);
    expect(store.runs({ comparison: comparison.id })).toEqual(runs);
    expect(runs.map(({ id, state, spec }) => [id, state, spec.seed])).toEqual([
      [`${comparison.id}-00`, 'queued', 0],
      [`${comparison.id}-01`, 'queued', 1],
      [`${comparison.id}-02`, 'queued', 2],
    ]);
    expect(store.run('nobody')).toBeUndefined();
    expect(store.comparison('nobody')).toBeUndefined();
  });

  it('are listed newest comparison first, and by state, and in pages', () => {
    const store = newStore();
    const older = store.createComparison(newComparison(2, 'older')).runs.map(({ id }) => id);
    const newer = store.createComparison(newComparison(2, 'newer')).runs.map(({ id }) => id);
    store.updateRun(older[1] as string, { state: 'running' });
    store.updateRun(newer[0] as string, { state: 'failed', reason: 'loss is NaN' });
    const listed = (filter?: Parameters<Store['runs']>[0]) => store.runs(filter).map(({ id }) => id);
    expect(listed()).toEqual([...newer, ...older]);
    expect(listed({ states: ['running', 'failed'] })).toEqual([newer[0], older[1]]);
    expect(listed({ states: [] })).toEqual([]);
    expect(listed({ limit: 2, offset: 1 })).toEqual([newer[1], older[0]]);
    expect(store.comparisons().map(({ name }) => name)).toEqual(['newer', 'older']);
  });

  it('are found by the first characters of their ids, taken literally', () => {
    const { store, id, comparison } = storeWithRun();
    expect(store.findIds(comparison.slice(0, 5))).toEqual({ comparisons: [comparison], runs: [id] });
    expect(store.findIds(id)).toEqual({ comparisons: [], runs: [id] });
    expect(store.findIds('%')).toEqual({ comparisons: [], runs: [] });
  });

  it('change only where the patch says', () => {
    const { store, id } = storeWithRun();
    store.updateRun(id, {
      state: 'running',
      startedAt: 5,
      endedAt: 9,
      notes: 'n',
      tags: ['a', 'b'],
      metrics: { loss: 1, gap: 2 },
    });
    store.updateRun(id, {
      reason: 'why',
      endedAt: null,
      metrics: { loss: NaN },
      environment: runRecord.environment as never,
    });
    store.updateRun(id, {
      name: 'renamed',
      progress: { step: 4, steps: 8, seconds: 2, stepsPerSecond: 2, evaluations: 16 },
    });
    expect(store.run(id)).toMatchObject({
      ...{
        state: 'running',
        reason: 'why',
        startedAt: 5,
        endedAt: null,
        notes: 'n',
        tags: ['a', 'b'],
        name: 'renamed',
      },
      ...{ metrics: { loss: null, gap: 2 }, environment: runRecord.environment },
      ...{ step: 4, steps: 8, seconds: 2, stepsPerSecond: 2, evaluations: 16 },
    });
  });

  it('keep baselines, which are finite numbers', () => {
    const { store, comparison } = storeWithRun();
    store.setBaselines(comparison, { optimum: 4, random: -1 });
    expect(() => store.setBaselines(comparison, { optimum: NaN })).toThrow(
      /optimum: expected a finite number, got NaN/,
    );
    expect(store.comparison(comparison)?.baselines).toEqual({ optimum: 4, random: -1 });
    expect(() => store.setBaselines('nobody', {})).toThrow(expect.objectContaining({ kind: 'not-found' }));
  });

  it('keep their events in order', () => {
    const { store, id } = storeWithRun();
    store.addEvent(id, { kind: 'state', step: 0, message: 'running' });
    store.addEvent(id, { kind: 'checkpoint', step: 7, message: 'saved' });
    expect(store.events(id).map(({ kind, step, message }) => [kind, step, message])).toEqual([
      ['state', 0, 'running'],
      ['checkpoint', 7, 'saved'],
    ]);
    expect(() => store.events('nobody')).toThrow(expect.objectContaining({ kind: 'not-found' }));
  });

  it('updateRuns changes all of the runs or none', () => {
    const store = newStore();
    const [a, b] = store.createComparison(newComparison(2)).runs.map(({ id }) => id);
    store.updateRuns([
      { id: a ?? '', patch: { tags: ['x'] } },
      { id: b ?? '', patch: { tags: ['y'] } },
    ]);
    const both = [
      { id: a ?? '', patch: { tags: [] } },
      { id: 'nobody', patch: { tags: [] } },
    ];
    expect(() => store.updateRuns(both)).toThrow(/no run nobody/);
    expect(store.runs().map(({ tags }) => tags)).toEqual([['x'], ['y']]);
  });
});

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

describe('insertRun', () => {
  const series = { loss: seriesOf([0, 5, 6], [1, NaN, -2]), gap: seriesOf([3], [4]) };

  it('takes over a run of another studio with its comparison', () => {
    const store = newStore();
    store.insertRun(runRecord, comparisonRecord, series);
    store.insertRun({ ...runRecord, id: 'k3f9x2ab-01' }, comparisonRecord, {});
    expect(store.run(runRecord.id)).toEqual(runRecord);
    expect(store.comparisons()).toEqual([comparisonRecord]);
    expect(store.runs().map(({ id }) => id)).toEqual(['k3f9x2ab-01', 'k3f9x2ab-03']);
    expect(store.readSeries(runRecord.id, 'loss')).toEqual(series.loss);
    expect(store.series(runRecord.id).map(({ name }) => name)).toEqual(['gap', 'loss']);
  });

  it('never overwrites', () => {
    const store = newStore();
    store.insertRun(runRecord, comparisonRecord, series);
    expect(() => store.insertRun({ ...runRecord, name: 'other' }, comparisonRecord, {})).toThrow(
      expect.objectContaining({ kind: 'conflict' }),
    );
    const foreign = { ...comparisonRecord, problem: 'vae' };
    expect(() => store.insertRun({ ...runRecord, id: 'k3f9x2ab-09' }, foreign, {})).toThrow(
      expect.objectContaining({ kind: 'conflict' }),
    );
    expect(store.runs()).toEqual([runRecord]);
  });

  it('adds baselines that were not known yet', () => {
    const store = newStore();
    store.insertRun(runRecord, { ...comparisonRecord, baselines: null }, {});
    store.insertRun({ ...runRecord, id: 'k3f9x2ab-04' }, comparisonRecord, {});
    expect(store.comparison(comparisonRecord.id)?.baselines).toEqual(comparisonRecord.baselines);
  });

  it('is all or nothing', () => {
    const store = newStore();
    expect(() =>
      store.insertRun(runRecord, comparisonRecord, { ...series, bad: seriesOf([1, 0], [1, 1]) }),
    ).toThrow(/series bad/);
    expect(store.comparisons()).toEqual([]);
    expect(store.runs()).toEqual([]);
  });
});

describe('order among runs', () => {
  it('archiving and its undoing change nothing else', () => {
    const { store, id } = storeWithRun();
    const before = store.run(id);
    store.updateRun(id, { archivedAt: 42 });
    expect(store.run(id)).toEqual({ ...before, archivedAt: 42 });
    store.updateRun(id, { name: 'other' });
    expect(store.run(id)?.archivedAt).toBe(42);
    store.updateRun(id, { archivedAt: null });
    expect(store.run(id)).toEqual({ ...before, name: 'other' });
  });

  it('removes runs with all that is theirs, a comparison with its last run, and nothing else', () => {
    const store = newStore();
    const first = store.createComparison(newComparison(2, 'first'));
    const second = store.createComparison(newComparison(1, 'second'));
    const [a = '', b = ''] = first.runs.map(({ id }) => id);
    const kept = second.runs[0]?.id ?? '';
    const steps = Array.from({ length: 3000 }, (_, step) => step);
    for (const id of [a, b, kept]) {
      store.commit([batchOf(id, 'loss', steps, steps)]);
      store.addEvent(id, { kind: 'log', step: 0, message: 'x' });
    }
    expect(() => store.removeRuns([a, 'nobody'])).toThrow(/nobody/);
    expect(store.readSeries(a, 'loss').steps).toHaveLength(3000);
    store.removeRuns([a]);
    expect(store.run(a)).toBeUndefined();
    expect(store.comparison(first.comparison.id)).toBeDefined();
    store.removeRuns([b]);
    expect(store.comparison(first.comparison.id)).toBeUndefined();
    expect(store.readSeries(kept, 'loss').steps).toHaveLength(3000);
    const db = new Database(store.path, { readonly: true });
    const count = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    expect(['runs', 'comparisons', 'series', 'events'].map(count)).toEqual([1, 1, 1, 1]);
    db.close();
    // Their row numbers are used again: nothing of the old ones may be remembered.
    const next = store.createComparison(newComparison(2, 'third')).runs.map(({ id }) => id);
    for (const id of next) store.commit([batchOf(id, 'loss', [0, 1], [5, 6])]);
    expect([...store.readSeries(next[1] ?? '', 'loss').values]).toEqual([5, 6]);
  });

  it('renames comparisons', () => {
    const { store, comparison } = storeWithRun();
    store.renameComparison(comparison, 'better');
    expect(store.comparison(comparison)?.name).toBe('better');
    expect(() => store.renameComparison('nobody', 'x')).toThrow(/nobody/);
  });

  it('says how many points a decimated window has', () => {
    const { store, id } = storeWithRun();
    const steps = Array.from({ length: 5000 }, (_, step) => step);
    store.commit([batchOf(id, 'loss', steps, steps)]);
    const count = (from: number, to: number) => store.decimate(id, 'loss', { from, to, columns: 3 }).count;
    expect([count(0, 4999), count(10, 19), count(4990, 9000), count(6000, 7000)]).toEqual([5000, 10, 10, 0]);
  });
});
