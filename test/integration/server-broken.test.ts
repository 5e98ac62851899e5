/** A store that fails while runs train: pages are told why, every trainer ends, and reading goes on. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import type { StudioEvent } from '../../src/shared/contract/events.ts';
import { startServer } from '../../src/server/server.ts';
import { createStudio, STORE_FILE } from '../../src/studio/studio.ts';
import { tempFolder, until } from '../support/cli.ts';
import { connect, enter, follow } from '../support/studio-client.ts';

it('says that nothing can be stored any more, and why', async () => {
  const folder = tempFolder();
  const told: unknown[] = [];
  const studio = createStudio({
    dataDir: folder.path,
    program: 'test',
    onBroken: (error) => told.push(error),
  });
  const server = await startServer({ studio });
  const connection = await connect(await enter(server.newAddress()));
  onTestFinished(async () => {
    connection.close();
    await server.close();
    await studio.close();
    folder.remove();
  });
  const events: StudioEvent[] = [];
  const reading = follow(connection, studio.feed.cursor, (event) => events.push(event));
  const request = { problem: 'menu-auction', preset: 'smoke', config: { steps: 1_000_000 } };
  const long = { ...request, estimators: ['softmax'], seeds: [1] };
  const starting = await connection.client.experiments.start(long);
  while ((await starting.next()).done !== true);
  await until(() => events.some(({ type }) => type === 'points'), 'points arrive');
  expect((await connection.client.catalog.info()).broken).toBe('');
  // Another program spoils the database: the next commit of points fails for good.
  const vandal = new Database(join(folder.path, STORE_FILE));
  vandal.exec('ALTER TABLE tail RENAME TO gone');
  vandal.close();
  await until(() => events.some(({ type }) => type === 'broken'), 'the failure is told');
  const broken = events.find((event) => event.type === 'broken');
  expect(broken).toMatchObject({ message: expect.stringMatching(/tail/) as unknown });
  expect(told).toHaveLength(1);
  const info = await connection.client.catalog.info();
  expect(info.broken).toBe(broken?.type === 'broken' ? broken.message : 'none');
  const [run] = (await connection.client.runs.list({})).runs;
  await until(() => studio.queue.stateOf(run?.id ?? '') === undefined, 'its trainer has ended');
  // Told once, however many trainers fail after it.
  expect(events.filter(({ type }) => type === 'broken')).toHaveLength(1);
  await reading.end();
});
