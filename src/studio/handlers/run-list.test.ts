/** The list that pages read part by part: all runs and all damaged ones, each once. */
import { join } from 'node:path';
import { call } from '@orpc/server';
import { expect, it, onTestFinished } from 'vitest';
import { newComparison } from '../../../test/fixtures/runs.ts';
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts';
import { EventFeed } from '../live/event-feed.ts';
import { connectWritable } from '../store/connection.ts';
import { openStore } from '../store/open.ts';
import type { Studio } from '../studio.ts';
import { runHandlers } from './runs.ts';

it('its parts have every run once, in the order of the whole, and every damaged one', async () => {
  const file = join(temporaryFolder(), 'studio.sqlite');
  const store = openStore(file);
  onTestFinished(() => store.close());
  const made = [1, 2, 3].flatMap(() => store.createComparison(newComparison(3)).runs.map(({ id }) => id));
  const [damaged = '', archived = ''] = [made[4], made[7]];
  store.updateRun(archived, { archivedAt: 1 });
  const db = connectWritable(file);
  db.prepare('UPDATE runs SET seed = 99 WHERE id = ?').run(damaged);
  db.close();
  const { list } = runHandlers({ store, feed: new EventFeed(), dataDir: '', queue: {} } as unknown as Studio);
  const ask = (offset: number, limit: number, none: boolean | null = null) =>
    call(list, { filter: { archived: none }, offset, limit });
  const whole = await ask(0, 100);
  expect(whole).toMatchObject({ total: 9, stored: 8 });
  expect(whole.damaged.map(({ id }) => id)).toEqual([damaged]);
  const parts = await Promise.all([0, 2, 4, 6, 8].map((offset) => ask(offset, 2)));
  expect(parts.flatMap(({ runs }) => runs)).toEqual(whole.runs);
  expect(parts.flatMap(({ damaged }) => damaged)).toEqual(whole.damaged);
  // What filters is of the whole runs, and says all that is damaged.
  const shown = await ask(0, 100, false);
  expect([shown.total, shown.stored, shown.damaged.length]).toEqual([7, 7, 1]);
});
