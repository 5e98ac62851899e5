import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { newComparison } from '../../../test/fixtures/runs.ts';
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts';
import { isDataFolderHeld, lockDataFolder } from './data-folder-lock.ts';
import { openReadableStore, openStore } from './open.ts';
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
