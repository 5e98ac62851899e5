/** The logs that come with the studio, read as a trainer reads them. */
import { expect, it } from 'vitest';
import { readLoggedData } from '../engine/off-policy/any-log.ts';
import { openBanditSchema } from '../engine/off-policy/open-bandit.ts';
import { engineFiles } from './engine-files.ts';

const host = { ...engineFiles, log: () => undefined, now: () => 0, breathe: () => Promise.resolve() };

// Counted in the files themselves: rows, clicks, and of the random policy 1 / 34 everywhere.
it.each([
  ['men-random', 4],
  ['men-bts', 3],
])('%s: 1000 rows of 34 items in three places', async (name, clicks) => {
  const data = await readLoggedData(
    openBanditSchema.parse({ kind: 'open-bandit', path: `sample:${name}` }),
    host,
  );
  const parts = [data.train, data.validation, data.test];
  expect(parts.map(({ rounds }) => rounds)).toEqual([600, 100, 300]);
  expect([data.items.count, data.positions]).toEqual([34, 3]);
  expect(parts.reduce((sum, { reward }) => sum + reward.reduce((a, b) => a + b, 0), 0)).toBe(clicks);
  if (name === 'men-random')
    expect(data.train.propensity!.every((value) => Math.abs(value - 1 / 34) < 1e-15)).toBe(true);
});
