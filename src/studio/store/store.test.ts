import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { newStore, storeWithRun } from '../../../test/fixtures/new-store.ts';
import { batchOf, solution, newComparison, runRecord } from '../../../test/fixtures/runs.ts';
import type { Store } from './types.ts';

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
    const [last] = store.comparisons();
    expect(store.countRuns()).toBe(4);
    expect(store.countRuns({ states: ['running', 'queued'] })).toBe(3);
    expect(store.countRuns({ comparison: last?.id ?? '', states: ['queued'] })).toBe(1);
    store.updateRun(older[0] as string, { archivedAt: 1 });
    expect(listed({ archived: true })).toEqual([older[0]]);
    expect([store.countRuns({ archived: false }), listed({ archived: false }).length]).toEqual([3, 3]);
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

  it('keep solutions, the last one of each name', () => {
    const { store, comparison } = storeWithRun();
    expect(store.comparison(comparison)?.exact).toEqual([]);
    const bound = { ...solution, name: 'lottery-menu-test' };
    store.addSolution(comparison, solution);
    store.addSolution(comparison, bound);
    store.addSolution(comparison, { ...solution, value: 0.8 });
    expect(store.comparison(comparison)?.exact).toEqual([{ ...solution, value: 0.8 }, bound]);
    expect(() => store.addSolution('nobody', bound)).toThrow(expect.objectContaining({ kind: 'not-found' }));
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
