/** What `list` and `show` print of a store. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '../../src/studio/store/open.ts';
import { STORE_FILE } from '../../src/studio/studio.ts';
import { batchOf, newComparison } from '../fixtures/runs.ts';
import { cli, cliJson, tempFolder } from '../support/cli.ts';

const folder = tempFolder();
const here = ['--data-dir', folder.path];
let ids: readonly string[] = [];

beforeAll(() => {
  const store = openStore(join(folder.path, STORE_FILE));
  ids = store.createComparison(newComparison(3)).runs.map(({ id }) => id);
  for (const id of ids) {
    store.addEvent(id, { kind: 'log', step: 0, message: 'begins' });
    store.commit([batchOf(id, 'loss', [0, 1], [2, 1])]);
    store.updateRun(id, { state: 'completed', startedAt: Date.UTC(2026, 10, 28, 19, 41, 7) });
  }
  store.close();
});
afterAll(() => folder.remove());

it('says how many of how many runs are listed', async () => {
  const two = await cli(['list', '--limit', '2', ...here]);
  expect(two.stderr).toBe('the newest 2 of 3 runs; --limit 3 shows all of them\n');
  expect((await cli(['list', ...here])).stderr).toBe('');
  const document = await cliJson<{ runs: unknown[]; total: number }>(['list', '--limit', '2', ...here]);
  expect(document).toMatchObject({ runs: { length: 2 }, total: 3 });
});

it('gives times with their distance to UTC', async () => {
  const zone = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d/;
  expect((await cli(['list', ...here])).stdout).toMatch(zone);
  expect((await cli(['show', ids[0] ?? '', ...here])).stdout).toMatch(zone);
});
