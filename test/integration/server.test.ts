import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvPath, importedSchema, paths, runFilePath } from '../../src/shared/contract/http.ts';
import type { StudioEvent } from '../../src/shared/contract/events.ts';
import { readError } from '../../src/shared/contract/procedure.ts';
import type { AppError } from '../../src/shared/errors.ts';
import { menuViewSchema } from '../../src/shared/menus/menu-view.ts';
import { startServer, type StudioServer } from '../../src/server/server.ts';
import { SERVER_FILE } from '../../src/server/server-file.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { tempFolder, trainersOf, until } from '../support/cli.ts';
import {
  connect,
  enter,
  follow,
  pageHeaders,
  type BrowserSession,
  type Connection,
} from '../support/studio-client.ts';

const SMALL = {
  preset: 'smoke',
  config: { steps: 60, evaluateEvery: 20, logEvery: 5 },
  estimators: ['softmax', 'straight-through'],
  seeds: [1, 2],
  backend: 'wasm' as const,
};

const folder = tempFolder();
let studio: Studio;
let server: StudioServer;
let session: BrowserSession;
let connection: Connection;

beforeAll(async () => {
  const page = join(folder.path, 'page');
  mkdirSync(join(page, 'assets'), { recursive: true });
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(page, 'assets', 'app.js'), 'export {};');
  writeFileSync(join(page, '.secret'), 'not part of the page');
  studio = createStudio({ dataDir: join(folder.path, 'data'), program: 'test', concurrency: 2 });
  server = await startServer({ studio, pageFolder: page });
  session = await enter(server.newAddress());
  connection = await connect(session);
});

afterAll(async () => {
  connection.close();
  await server.close();
  await studio.close();
  folder.remove();
});

const client = () => connection.client;

/** What the call fails with. */
async function failure(call: PromiseLike<unknown>): Promise<AppError> {
  try {
    await call;
  } catch (error) {
    return readError(error);
  }
  throw new Error('it did not fail');
}

/** Starts the small experiment and waits until its runs have ended. */
async function train(request: object = SMALL): Promise<{ comparison: string; runs: string[] }> {
  for await (const event of await client().experiments.start(request)) {
    if (event.type !== 'started') continue;
    const ids = event.runs.map(({ id }) => id);
    await until(
      () => ids.every((id) => studio.store.run(id)?.state === 'completed'),
      'the runs complete',
      120_000,
    );
    return { comparison: event.comparison.id, runs: ids };
  }
  throw new Error('it did not start');
}

describe('a whole experiment over the socket', () => {
  it('starts, streams every stored point once, and is complete in every answer', async () => {
    const events: StudioEvent[] = [];
    const { cursor } = await client().runs.list({});
    const reading = follow(connection, cursor, (event) => events.push(event));
    const { comparison, runs } = await train();
    await until(
      () =>
        runs.every((id) =>
          events.some(
            (event) => event.type === 'run' && event.run.id === id && event.run.state === 'completed',
          ),
        ),
      'the stream tells of the end',
    );
    await reading.end();

    for (const id of runs) {
      for (const { name } of studio.store.series(id)) {
        const told = events.flatMap((event) =>
          event.type === 'points'
            ? event.runs
                .filter((run) => run.id === id)
                .flatMap(({ series }) => series.filter((one) => one.name === name))
            : [],
        );
        const stored = studio.store.readSeries(id, name);
        expect(told.flatMap(({ steps }) => steps)).toEqual([...stored.steps]);
        expect(told.flatMap(({ values }) => values)).toEqual([...stored.values]);
        expect(told.at(-1)?.count).toBe(stored.steps.length);
      }
    }
    const details = await client().runs.get({ id: runs[0] ?? '' });
    expect(details.run.environment?.backend).toBe('wasm');
    expect(details.comparison.baselines).toHaveProperty('surplus');
    expect(details.series.map(({ name }) => name)).toContain('hardValidationRevenue');

    const got = await client().comparisons.get({ id: comparison });
    const table = got.parts[0]?.table ?? [];
    expect(table.map(({ completed }) => completed)).toEqual([2, 2]);
    const [best, second] = table.map(({ metrics }) => metrics['hardValidationRevenue']);
    expect(best?.mean).toBeGreaterThanOrEqual(second?.mean ?? Infinity);
    const values = runs.flatMap((id) => {
      const run = studio.store.run(id);
      return run?.spec.estimator === table[0]?.estimator
        ? [run?.metrics['hardValidationRevenue'] ?? NaN]
        : [];
    });
    expect(best?.mean).toBeCloseTo(((values[0] ?? NaN) + (values[1] ?? NaN)) / 2, 12);

    const { curves } = await client().comparisons.curves({
      id: comparison,
      series: 'hardValidationRevenue',
      window: { columns: 100 },
    });
    expect(curves.map(({ n }) => n.every((count) => count === 2))).toEqual([true, true]);
    expect(curves[0]?.xs).toEqual([...studio.store.readSeries(runs[0] ?? '', 'hardValidationRevenue').steps]);

    const answer = await client().runs.series({
      series: runs.map((run) => ({ run, name: 'relaxedRevenue' })),
      window: { columns: 2 },
    });
    expect(answer.series.map(({ count }) => count)).toEqual([12, 12, 12, 12]);
    expect(answer.series.every(({ steps }) => steps.length <= 8)).toBe(true);
  });

  it('shows the menu that a run learned', async () => {
    const { runs } = await client().runs.list({ filter: { states: ['completed'] } });
    const { pictures } = await client().runs.get({ id: runs[0]?.id ?? '' });
    expect(pictures).toMatchObject([{ name: 'menu', label: 'Menu' }]);
    const { picture, step } = await client().pictures.draw({ id: runs[0]?.id ?? '', name: 'menu' });
    expect(step).toBe(60);
    const [panel] = picture.panels;
    if (panel?.kind !== 'rich') throw new Error('expected a rich panel');
    expect(panel.component).toBe('menu');
    const view = menuViewSchema.parse(panel.data);
    expect(panel.table.rows).toHaveLength(view.shown.length);
    const shares = view.shown.reduce((sum, { share }) => sum + share, 0);
    const { unsold = NaN, revenue: mean = NaN } = view.sales ?? {};
    expect(shares + unsold).toBeCloseTo(1, 12);
    expect(view.shown.reduce((sum, { revenue }) => sum + revenue, 0)).toBeCloseTo(mean, 12);
    expect(mean).toBeCloseTo(runs[0]?.metrics['hardValidationRevenue'] ?? NaN, 12);
  });

  it('cancels a start before its runs exist', async () => {
    const { stored } = await client().runs.list({});
    const stream = await client().experiments.start(SMALL);
    let operation = '';
    const ended = failure(
      (async () => {
        for await (const event of stream) if (event.type === 'accepted') operation = event.operation;
      })(),
    );
    await until(() => operation !== '' && trainersOf(process.pid).length > 0, 'it prepares');
    await client().operations.cancel({ id: operation });
    expect(await ended).toMatchObject({ kind: 'cancelled' });
    await until(() => trainersOf(process.pid).length === 0, 'its processes end');
    expect((await client().runs.list({})).stored).toBe(stored);
  });

  it('estimates by training', async () => {
    const estimate = await client().experiments.estimate(SMALL);
    expect(Object.keys(estimate.stepsPerSecond)).toEqual(SMALL.estimators);
    const checked = await client().experiments.check(SMALL);
    if (!checked.valid) throw new Error('it is valid');
    const { options, valuations } = checked.config as { options: number; valuations: { kind: string } };
    expect(valuations.kind).toBe('additive');
    // Two items and a price an option.
    expect(estimate.parameters).toBe(3 * options);
    const slowest = Math.max(...Object.values(estimate.stepsPerSecond).map((rate) => checked.steps / rate));
    expect(estimate.seconds).toBeGreaterThanOrEqual(slowest);
  });

  it('estimates seeds as they would be trained, together', async () => {
    const seeds = Array.from({ length: 8 }, (_, n) => n + 1);
    const request = { ...SMALL, estimators: ['softmax'], seeds, backend: 'wasm' as const };
    const { together, concurrency, stepsPerSecond, seconds } = await client().experiments.estimate(request);
    const size = Math.ceil(seeds.length / concurrency);
    expect(together).toEqual({ softmax: size });
    const checked = await client().experiments.check(request);
    if (!checked.valid) throw new Error('it is valid');
    expect(seconds).toBeCloseTo((checked.steps * size) / stepsPerSecond['softmax']!, 6);
  });
});

describe('steering', () => {
  const LONG = {
    ...SMALL,
    config: { ...SMALL.config, steps: 1_000_000 },
    estimators: ['softmax'],
    seeds: [1],
  };

  it('pauses, goes on, stops, resumes; refuses what the state does not allow', async () => {
    let id = '';
    for await (const event of await client().experiments.start(LONG)) {
      if (event.type === 'started') id = event.runs[0]?.id ?? '';
    }
    const ids = [id];
    const state = (wanted: string) => until(() => studio.store.run(id)?.state === wanted, wanted);
    await state('running');
    expect(await failure(client().runs.unpause({ ids }))).toMatchObject({ kind: 'conflict' });
    expect(await failure(client().runs.resume({ ids }))).toMatchObject({ kind: 'conflict' });
    expect(await failure(client().runs.archive({ ids }))).toMatchObject({ kind: 'conflict' });
    await client().runs.pause({ ids });
    await state('paused');
    await client().runs.unpause({ ids });
    await state('running');
    await client().runs.stop({ ids });
    await state('stopped');
    const step = studio.store.run(id)?.step ?? 0;
    await client().runs.resume({ ids });
    await state('running');
    await until(() => (studio.store.run(id)?.step ?? 0) > step, 'it goes on from its checkpoint');
    await client().runs.stop({ ids });
    await state('stopped');
  });

  it('changes all of several runs or none', async () => {
    const { runs } = await client().runs.list({});
    const stopped = runs.find(({ state }) => state === 'stopped')?.id ?? '';
    const error = await failure(client().runs.archive({ ids: [stopped, 'no-such-run'] }));
    expect(error).toMatchObject({ kind: 'not-found' });
    expect(studio.store.run(stopped)?.archivedAt).toBeNull();
  });
});

describe('keeping runs in order', () => {
  it('names, notes, tags: kept as given, shown in events, refused when they deceive', async () => {
    const { runs, cursor } = await client().runs.list({});
    const id = runs[0]?.id ?? '';
    const events: StudioEvent[] = [];
    const reading = follow(connection, cursor, (event) => events.push(event));
    const html = '<img src=x onerror=alert(1)> =1+1';
    await client().runs.rename({ id, name: html });
    await client().runs.setTags({ ids: [id], tags: ['b', 'a', 'b'] });
    await client().runs.setNotes({ id, notes: 'two\nlines' });
    expect(studio.store.run(id)).toMatchObject({ name: html, tags: ['b', 'a'], notes: 'two\nlines' });
    await until(() => events.filter(({ type }) => type === 'run').length === 3, 'three changes are told');
    await reading.end();
    for (const name of ['\u202egnp.exe', 'a\u0000b', ' ', 'x'.repeat(201), 'two\nlines']) {
      expect(await failure(client().runs.rename({ id, name }))).toMatchObject({
        kind: 'validation',
        path: 'name',
      });
    }
    expect(await failure(client().runs.setNotes({ id, notes: 'x'.repeat(65_537) }))).toMatchObject({
      kind: 'validation',
    });
    expect(studio.store.run(id)?.name).toBe(html);
  });

  it('a clone of a run asks for the same run', async () => {
    const { runs } = await client().runs.list({ filter: { states: ['completed'] } });
    const run = studio.store.run(runs[0]?.id ?? '');
    const checked = await client().experiments.check(await client().runs.clone({ id: run?.id ?? '' }));
    expect(checked).toMatchObject({
      valid: true,
      config: run?.spec.config,
      settings: { [run?.spec.estimator ?? '']: run?.spec.settings },
      seeds: [run?.spec.seed],
    });
  });

  it('export, archive, delete, import: the run comes back whole', async () => {
    const { runs } = await client().runs.list({ filter: { states: ['completed'] } });
    const id = runs[0]?.id ?? '';
    const before = studio.store.run(id);
    const menu = await client().pictures.draw({ id, name: 'menu' });
    const points = studio.store.readSeries(id, 'relaxedRevenue');
    const { cookie } = session;
    const get = (path: string) =>
      fetch(session.origin + path, { headers: { cookie, 'sec-fetch-site': 'same-origin' } });

    const csv = await (await get(csvPath('series', [before?.comparison ?? '']))).text();
    expect(csv.split('\n')[0]).toMatch(/^run,comparison,estimator,seed,step,/);
    const file = await get(runFilePath(id));
    expect(file.headers.get('content-disposition')).toContain(`${id}.gsrun`);
    const body = Buffer.from(await file.arrayBuffer());

    expect(await failure(client().runs.delete({ ids: [id] }))).toMatchObject({ kind: 'conflict' });
    await client().runs.archive({ ids: [id] });
    expect((await client().runs.list({})).runs.map((run) => run.id)).not.toContain(id);
    const idsOf = async (archived: boolean | null) =>
      (await client().runs.list({ filter: { archived } })).runs.map((run) => run.id);
    expect(await idsOf(true)).toEqual([id]);
    expect((await idsOf(null)).toSorted()).toEqual([id, ...(await idsOf(false))].toSorted());
    expect((await client().runs.delete({ ids: [id, id] })).deleted).toEqual([id]);
    expect(studio.store.run(id)).toBeUndefined();
    expect(existsSync(join(studio.dataDir, 'runs', id))).toBe(false);

    const send = (bytes: Buffer) =>
      fetch(session.origin + paths.importRun, {
        method: 'POST',
        headers: { ...pageHeaders(session), 'content-type': 'application/octet-stream' },
        body: new Uint8Array(bytes),
      });
    const refused = await send(body.subarray(0, body.length / 2));
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ kind: 'validation' });
    expect(studio.store.run(id)).toBeUndefined();
    const imported = importedSchema.parse(await (await send(body)).json());
    expect(imported.run.id).toBe(id);
    expect(studio.store.run(id)).toEqual(before);
    expect(studio.store.readSeries(id, 'relaxedRevenue')).toEqual(points);
    expect(await client().pictures.draw({ id, name: 'menu' })).toEqual(menu);
    expect((await send(body)).status).toBe(409);
  });
});

describe('devices', () => {
  it('are probed once, and again when asked', async () => {
    const first = await client().catalog.devices({});
    expect(first.backends.map(({ name }) => name)).toEqual([
      'tensorflow-gpu',
      'webgpu',
      'tensorflow',
      'wasm',
      'cpu',
    ]);
    expect(first.backends.find(({ name }) => name === 'wasm')?.usable).toBe(true);
    expect(first.candidates).toContain('wasm');
    expect((await client().catalog.devices({})).probedAt).toBe(first.probedAt);
    expect((await client().catalog.devices({ refresh: true })).probedAt).toBeGreaterThan(first.probedAt);
  });
});

describe('settings', () => {
  it('take effect, are kept, and what is not named stays', async () => {
    const kept = { jobs: 3, backend: null, oneByOne: true };
    expect(await client().settings.set({ jobs: 3, oneByOne: true })).toMatchObject(kept);
    expect(await client().settings.set({})).toMatchObject(kept);
    expect(studio.queue).toMatchObject({ concurrency: 3, oneByOne: true });
    expect(JSON.parse(readFileSync(join(studio.dataDir, 'settings.json'), 'utf8'))).toMatchObject(kept);
    await client().settings.set({ oneByOne: false });
    expect(studio.queue.oneByOne).toBe(false);
  });
});

describe('two pages at once', () => {
  it('each sees what the other does, and loses nothing over a reconnect', async () => {
    const other = await connect(await enter(server.newAddress()));
    const { runs, cursor } = await client().runs.list({});
    const id = runs[0]?.id ?? '';
    const seen: StudioEvent[] = [];
    const first = follow(other, cursor, (event) => seen.push(event));
    await client().runs.rename({ id, name: 'name 0' });
    await until(() => seen.length === 1, 'the first change is told');
    other.close();
    await first.end();
    for (let i = 1; i < 20; i++) await client().runs.rename({ id, name: `name ${i}` });
    const again = await connect(await enter(server.newAddress()));
    const second = follow(again, seen.at(-1)?.cursor ?? null, (event) => seen.push(event));
    await until(() => seen.length === 20, 'what was missed is told');
    await second.end();
    again.close();
    const names = seen.map((event) => (event.type === 'run' ? event.run.name : event.type));
    expect(names).toEqual(Array.from({ length: 20 }, (_, i) => `name ${i}`));
  });
});

describe('a page that does not keep up', () => {
  it('costs no memory, is told to read anew, and goes on from there', async () => {
    const slow = await connect(await enter(server.newAddress()));
    const { cursor } = await slow.client.runs.list({});
    const seen: StudioEvent[] = [];
    const reading = follow(slow, cursor, (event) => seen.push(event));
    const tell = (count: number) => {
      for (let i = 0; i < count; i++) studio.feed.publish({ type: 'removed', runs: ['x'.repeat(2000)] });
    };
    tell(1);
    await until(() => seen.length === 1, 'it follows');
    slow.socket.pause();
    // Far more than sockets and the feed's tail hold together; given in turns, so that the server can send.
    const rounds = 40;
    for (let round = 0; round < rounds; round++) {
      tell(1000);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    slow.socket.resume();
    await until(() => seen.some(({ type }) => type === 'resync'), 'it is told to read anew');
    const last = 'the last';
    studio.feed.publish({ type: 'removed', runs: [last] });
    await until(() => seen.some((event) => event.type === 'removed' && event.runs[0] === last), 'it goes on');
    expect(seen.length).toBeLessThan((rounds * 1000) / 2);
    await reading.end();
    slow.close();
  });
});

describe('what surrounds the page', () => {
  it('serves the files that were built, and no other', async () => {
    const { cookie, origin } = session;
    const get = (path: string) =>
      fetch(origin + path, { headers: { cookie, 'sec-fetch-site': 'same-origin' } });
    expect(await (await get('/')).text()).toContain('<title>page</title>');
    expect((await get('/assets/app.js')).headers.get('content-type')).toContain('text/javascript');
    for (const path of [
      '/.secret',
      '/assets',
      '/assets/',
      '/assets/..%2f..%2fdata/server.json',
      '/%2e%2e/data/server.json',
    ]) {
      expect((await get(path)).status, path).toBe(404);
    }
  });

  it('keeps the bearer token to the owner of the data folder', () => {
    const file = join(studio.dataDir, SERVER_FILE);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { token } = JSON.parse(readFileSync(file, 'utf8')) as { token: string };
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  });

  it('a port that is taken is refused by name', async () => {
    await expect(startServer({ studio, port: server.port })).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining(String(server.port)) as string,
    });
  });
});
