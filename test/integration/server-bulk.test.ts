/** Many at once: tags of many runs in one call, configs by key, calls and streams that one socket has open. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LARGEST_KEPT_TEXT } from '../../src/shared/contract/files.ts';
import { readError } from '../../src/shared/contract/procedure.ts';
import type { StudioEvent } from '../../src/shared/contract/events.ts';
import { MOST_OPEN_CALLS } from '../../src/server/limits.ts';
import { startServer, type StudioServer } from '../../src/server/server.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { newComparison } from '../fixtures/runs.ts';
import { tempFolder, until } from '../support/cli.ts';
import { connect, enter, follow, type BrowserSession, type Connection } from '../support/studio-client.ts';

const folder = tempFolder();
let studio: Studio;
let server: StudioServer;
let session: BrowserSession;
let connection: Connection;
let ids: readonly string[];

beforeAll(async () => {
  studio = createStudio({ dataDir: folder.path, program: 'test' });
  ids = studio.store.createComparison(newComparison(3)).runs.map(({ id }) => id);
  server = await startServer({ studio });
  session = await enter(server.newAddress());
  connection = await connect(session);
});

afterAll(async () => {
  connection.close();
  await server.close();
  await studio.close();
  folder.remove();
});

const failure = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => readError(error),
  );
const tags = () => ids.map((id) => studio.store.run(id)?.tags);

describe('tags of many runs', () => {
  it('are added and taken away in one call, others stay', async () => {
    const { runs } = connection.client;
    await runs.setTags({ ids: [ids[0] ?? ''], tags: ['own', 'old'] });
    const answer = await runs.changeTags({
      ids: [...ids, ids[0] ?? ''],
      add: ['new', 'new'],
      remove: ['old'],
    });
    expect(tags()).toEqual([['own', 'new'], ['new'], ['new']]);
    expect(answer.runs.map((run) => run.tags)).toEqual([['own', 'new'], ['new'], ['new'], ['own', 'new']]);
  });

  it('change in all of the runs or in none', async () => {
    const { runs } = connection.client;
    const before = tags();
    const unknown = runs.changeTags({ ids: [...ids, 'no-such-run'], add: ['x'] });
    expect(await failure(unknown)).toMatchObject({ kind: 'not-found' });
    const many = Array.from({ length: 50 }, (_, i) => `t${i}`);
    const full = await failure(runs.changeTags({ ids: [...ids], add: many }));
    expect(full).toMatchObject({ kind: 'conflict' });
    expect(full?.message).toMatch(/52 tags.*Nothing was changed/);
    const deceptive = runs.changeTags({ ids: [...ids], add: ['a\u202eb'] });
    expect(await failure(deceptive)).toMatchObject({ kind: 'validation', path: 'add.0' });
    expect(tags()).toEqual(before);
  });
});

it('configs by key: only what differs is offered, every run that has the key is told', async () => {
  const { runs } = connection.client;
  expect(await runs.configKeys()).toEqual([]);
  const other = newComparison(1, 'other');
  const [run] = other.runs;
  const made = studio.store.createComparison({
    ...other,
    runs: run === undefined ? [] : [{ ...run, spec: { ...run.spec, config: { options: 16 } } }],
  });
  expect(await runs.configKeys()).toEqual(['options', 'valuations.bundles', 'valuations.kind']);
  const { values } = await runs.configValues({ key: 'options' });
  expect(new Map(values.map(({ run: id, value }) => [id, value]))).toEqual(
    new Map([...ids.map((id) => [id, '8'] as const), [made.runs[0]?.id ?? '', '16']]),
  );
  expect((await runs.configValues({ key: 'valuations.kind' })).values).toHaveLength(3);
  expect((await runs.configValues({ key: '__proto__' })).values).toEqual([]);
});

describe('a text file that a page sends', () => {
  it('is kept once a content, below the data folder, whatever it is called', async () => {
    const { files } = connection.client;
    const first = await files.keep({ name: 'my auction (1).txt', text: 'goods 1' });
    expect(first.path).toMatch(/inputs.[0-9a-f]{16}-my-auction-1-\.txt$/);
    expect(await files.keep({ name: 'my auction (1).txt', text: 'goods 1' })).toEqual(first);
    expect((await files.keep({ name: '..', text: 'goods 2' })).path).toMatch(/inputs.[0-9a-f]{16}-\.\.$/);
    expect(readFileSync(first.path, 'utf8')).toBe('goods 1');
    expect(readdirSync(join(folder.path, 'inputs'))).toHaveLength(2);
  });

  it.each(['../../evil', 'a\\b', 'a\u0000', 'a\u202eb', '', 'x'.repeat(201)])(
    'called %j is refused',
    async (name) => {
      const kept = connection.client.files.keep({ name, text: 'x' });
      expect(await failure(kept)).toMatchObject({ kind: 'validation', path: 'name' });
    },
  );

  it('that is too large is refused', async () => {
    const kept = connection.client.files.keep({ name: 'a', text: 'x'.repeat(LARGEST_KEPT_TEXT + 1) });
    expect(await failure(kept)).toMatchObject({ kind: 'validation', path: 'text' });
  });
});

it('a socket may have so many calls and streams open, each beyond is refused in words, other sockets are not', async () => {
  const crowded = await connect(session);
  const streams = await Promise.all(
    Array.from({ length: MOST_OPEN_CALLS }, () => crowded.client.events.stream({ cursor: null })),
  );
  const reading = streams.slice(1).map((stream) => stream.next());
  const refused = await failure(crowded.client.runs.configKeys());
  expect(refused).toMatchObject({ kind: 'conflict' });
  expect(refused?.message).toContain(`${MOST_OPEN_CALLS} calls and streams are open`);
  expect(await failure(crowded.client.events.stream({ cursor: null }))).toMatchObject({ kind: 'conflict' });
  await connection.client.runs.configKeys();
  // Ending one that was never read gives its place back.
  await streams[0]?.return();
  await until(async () => (await failure(crowded.client.runs.configKeys())) === undefined, 'a place is free');
  for (let i = 0; i < 2 * MOST_OPEN_CALLS; i++) await crowded.client.runs.configKeys();
  crowded.close();
  await Promise.allSettled(reading);
});

it('after a run was removed, nothing that the studio tells brings it back', async () => {
  const { client } = connection;
  const [id = ''] = studio.store.createComparison(newComparison(1, 'short-lived')).runs.map((run) => run.id);
  const events: StudioEvent[] = [];
  const reading = follow(connection, studio.feed.cursor, (event) => events.push(event));
  studio.store.updateRun(id, { state: 'completed' });
  // Changes, archiving and removal on their way at once: answered in the order in which they were sent.
  const outcomes = await Promise.allSettled([
    client.runs.rename({ id, name: 'a' }),
    client.runs.archive({ ids: [id] }),
    client.runs.changeTags({ ids: [id], add: ['late'] }),
    client.runs.delete({ ids: [id] }),
    client.runs.rename({ id, name: 'b' }),
    client.runs.unarchive({ ids: [id] }),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual([
    ...['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled'],
    ...['rejected', 'rejected'],
  ]);
  await until(() => events.some(({ type }) => type === 'removed'), 'the removal is told');
  await client.runs.setTags({ ids: [ids[0] ?? ''], tags: ['end'] });
  await until(() => events.at(-1)?.type === 'run', 'the last change is told');
  await reading.end();
  const removed = events.findIndex(({ type }) => type === 'removed');
  const late = events.slice(removed + 1).filter((event) => event.type === 'run' && event.run.id === id);
  expect(late).toEqual([]);
});
