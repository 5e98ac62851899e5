/** The system's clock is set while a studio is open (summer time by hand, a time server, a laptop that wakes up). */
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { batchOf, newComparison } from '../../../test/fixtures/runs.ts';
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts';
import { openStore } from './open.ts';

const NOON = 1_795_000_000_000;
const HOUR = 3_600_000;

it.each([
  ['backwards', -5 * HOUR],
  ['forwards', 5 * HOUR],
  ['not at all: two in one millisecond', 0],
])('lists, logs and training time keep their order when it jumps %s', (_, jump) => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOON });
  onTestFinished(() => void vi.useRealTimers());
  const store = openStore(join(temporaryFolder(), 'studio.sqlite'));
  onTestFinished(() => store.close());
  const { runs } = store.createComparison(newComparison(1, 'before'));
  const id = runs[0]?.id ?? '';
  store.addEvent(id, { kind: 'log', step: 1, message: 'before' });
  store.commit([batchOf(id, 'loss', [0, 1], [1, 2])]);
  vi.setSystemTime(NOON + jump);
  store.addEvent(id, { kind: 'log', step: 2, message: 'after' });
  store.commit([batchOf(id, 'loss', [2], [3])]);
  store.createComparison(newComparison(1, 'after'));
  vi.setSystemTime(NOON);
  store.createComparison(newComparison(1, 'set back'));

  expect(store.comparisons().map(({ name }) => name)).toEqual(['set back', 'after', 'before']);
  const made = store.runs().map((run) => run.createdAt);
  expect(made).toEqual([...new Set(made)].sort((a, b) => b - a));
  expect(store.events(id).map(({ message }) => message)).toEqual(['before', 'after']);
  expect([...store.readSeries(id, 'loss').steps]).toEqual([0, 1, 2]);
  // The trainer's own clock, which only goes forward.
  expect(store.run(id)?.seconds).toBe(1);
});
