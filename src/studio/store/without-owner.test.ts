import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { newComparison } from '../../../test/fixtures/runs.ts';
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts';
import type { ExecutorChoice } from '../../shared/executor.ts';
import { isDataFolderHeld, lockDataFolder } from './data-folder-lock.ts';
import { openReadableStore, openStore } from './open.ts';
import type { RunFilter } from './types.ts';
import { withoutOwner } from './without-owner.ts';

it('live runs are interrupted exactly while nobody holds the folder, and looking takes it from nobody', () => {
  const dir = temporaryFolder();
  const file = join(dir, 'studio.sqlite');
  const writer = openStore(file);
  const { runs } = writer.createComparison(newComparison(2));
  const [first, second] = runs.map(({ id }) => id);
  if (first === undefined || second === undefined) throw new Error('two runs are needed');
  writer.updateRun(first, { state: 'running' });
  writer.updateRun(second, { state: 'completed' });
  writer.close();
  const store = withoutOwner(openReadableStore(file), () => isDataFolderHeld(dir));
  onTestFinished(() => store.close());
  const ids = (...states: ('running' | 'interrupted')[]) => {
    const found = store.runs({ states });
    expect(store.storedRuns({ states }).runs).toEqual(found);
    expect(store.countRuns({ states })).toBe(found.length);
    return found.map(({ id }) => id);
  };

  expect(isDataFolderHeld(dir)).toBe(false);
  expect(store.run(first)).toMatchObject({
    state: 'interrupted',
    reason: 'the studio ended while this run was live',
  });
  expect([ids('running'), ids('interrupted'), ids('running', 'interrupted')]).toEqual([[], [first], [first]]);
  const lock = lockDataFolder(dir, 'test');
  onTestFinished(() => lock.release());
  expect(isDataFolderHeld(dir)).toBe(true);
  expect(store.run(first)?.state).toBe('running');
  expect([ids('running'), ids('interrupted')]).toEqual([[first], []]);
  // Still held after every look.
  expect(() => lockDataFolder(dir, 'another')).toThrow(/in use by test/);
  expect(store.run(second)?.state).toBe('completed');
  lock.release();
  expect(store.run(first)?.state).toBe('interrupted');
});

it('a run that an executor trains goes on without a studio', () => {
  const dir = temporaryFolder();
  const file = join(dir, 'studio.sqlite');
  const writer = openStore(file);
  const executor: ExecutorChoice = { kind: 'slurm', cpus: 1, options: [] };
  const theirs = writer.createComparison({ ...newComparison(3), executor }).runs.map(({ id }) => id);
  const ours = writer.createComparison(newComparison()).runs.map(({ id }) => id);
  const [running, over] = theirs as [string, string];
  writer.updateRun(running, { state: 'running' });
  writer.updateRun(over, { state: 'interrupted' });
  writer.close();
  const store = withoutOwner(openReadableStore(file), () => false);
  onTestFinished(() => store.close());
  const ids = (filter: RunFilter) => {
    const { states } = filter;
    const all = states === undefined ? {} : { states };
    expect(store.storedRuns(filter).runs).toEqual(store.runs(filter));
    expect(store.countRuns(all)).toBe(store.runs(all).length);
    return store.runs(filter).map(({ id }) => id);
  };

  expect(store.run(running)?.state).toBe('running');
  expect(ids({ states: ['running'] })).toEqual([running]);
  expect(ids({ states: ['queued'] })).toEqual([theirs[2]]);
  expect(ids({ states: ['interrupted'] })).toEqual([...ours, over]);
  expect(ids({ states: ['interrupted'], limit: 1 })).toEqual(ours);
  expect(ids({ states: ['interrupted'], limit: 1, offset: 1 })).toEqual([over]);
  expect(ids({ limit: 2 })).toEqual([...ours, running]);
});
