/** Damage in a store: noticed wherever it is read, shown as damaged, in nobody's way, and what is whole can be saved. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StudioEvent } from '../../src/shared/contract/events.ts';
import { startServer, type StudioServer } from '../../src/server/server.ts';
import { checksumSql, sealSql } from '../../src/studio/store/checksum.ts';
import { connectWritable } from '../../src/studio/store/connection.ts';
import { openReadableStore, openStore } from '../../src/studio/store/open.ts';
import { createStudio, STORE_FILE, type Studio } from '../../src/studio/studio.ts';
import { batchOf, newComparison } from '../fixtures/runs.ts';
import { tempFolder } from '../support/cli.ts';
import { cli, cliJson } from '../support/command-host/command-host.ts';
import { DamageTrials, verdicts, type Trial } from '../support/damage.ts';
import { connect, enter, type Connection } from '../support/studio-client.ts';

/** `npm run` has no gate of this; test/stress/damage-trials.ts does 960. The seed is fixed. */
const TRIALS = 140;
const SEED = 7;

it('is never taken for what was written', () => {
  const folder = tempFolder();
  const trials = new DamageTrials(folder.path, SEED);
  const results: Trial[] = Array.from({ length: TRIALS }, (_, index) => trials.run(index));
  folder.remove();
  expect(results.filter(({ verdict }) => verdict === 'altered' || verdict === 'bare error')).toEqual([]);
  const counts = Object.fromEntries(
    verdicts.map((verdict) => [verdict, results.filter((trial) => trial.verdict === verdict).length]),
  );
  // Truncated files are refused; of the others most are noticed, and a store has bytes that nothing uses.
  expect(counts['refused']).toBeGreaterThanOrEqual(TRIALS / 7);
  expect(counts['shown as damaged']).toBeGreaterThan(TRIALS / 3);
});

const folder = tempFolder();
const here = ['--data-dir', folder.path];
const file = join(folder.path, STORE_FILE);
/** What is done to the n-th run, and whether it is given its right checksum afterwards, as an older studio would have. */
const wrongs = [
  {
    what: 'an altered number',
    change: 'seconds = seconds + 1',
    sealed: false,
    said: /does not match its checksum/,
  },
  {
    what: 'an altered state',
    change: "state = 'failed'",
    sealed: false,
    said: /does not match its checksum/,
  },
  {
    what: 'half a JSON text',
    change: `metrics = '{"loss":'`,
    sealed: true,
    said: /JSON text is not complete/,
  },
  { what: 'negative seconds', change: 'seconds = -1', sealed: true, said: /seconds/ },
  { what: 'the same tag twice', change: `tags = '["a","a"]'`, sealed: true, said: /tags.*twice/ },
  { what: 'no config', change: 'config = 9999', sealed: true, said: /document 9999 is gone/ },
];
/** Index of a run of which only a block of points is damaged, and of one that is whole. */
const BLOCK = wrongs.length;
const WHOLE = wrongs.length + 1;
let ids: readonly string[] = [];
const idAt = (index: number) => ids[index] ?? '';

function damage(change: (db: ReturnType<typeof connectWritable>) => void): void {
  const db = connectWritable(file);
  db.pragma('foreign_keys = OFF');
  change(db);
  db.close();
}

beforeAll(() => {
  const store = openStore(file);
  ids = store.createComparison(newComparison(wrongs.length + 2)).runs.map(({ id }) => id);
  for (const id of ids) {
    const steps = Array.from({ length: 9000 }, (_, step) => step);
    store.addEvent(id, { kind: 'log', step: 0, message: 'begins' });
    store.commit([batchOf(id, 'loss', steps, steps)]);
    store.updateRun(id, { state: 'completed', notes: 'mine' });
  }
  const progress = { step: 9000, steps: 9000, seconds: 1, stepsPerSecond: 9000, evaluations: 1 };
  const pictures = [{ name: 'menu', step: 0, content: Uint8Array.of(7) }];
  store.commit([{ runId: idAt(WHOLE), points: [], pictures, last: {}, progress }]);
  store.close();
  damage((db) => {
    for (const [index, { change, sealed }] of wrongs.entries()) {
      db.prepare(`UPDATE runs SET ${change} WHERE id = ?`).run(idAt(index));
      if (sealed) db.prepare(sealSql('runs', 'id = ?')).run(idAt(index));
    }
    const block = db.prepare(
      'UPDATE blocks SET value_data = zeroblob(length(value_data)) WHERE first_step = 4096 AND series IN (SELECT s.id FROM series AS s JOIN runs AS r ON r.sequence = s.run WHERE r.id = ?)',
    );
    expect(block.run(idAt(BLOCK)).changes).toBe(1);
  });
});
afterAll(() => folder.remove());

describe('a store with damaged rows', () => {
  it('says of each what is wrong, and gives the others', () => {
    const store = openReadableStore(file);
    const { runs, damaged } = store.storedRuns();
    expect(runs.map(({ id }) => id)).toEqual([idAt(BLOCK), idAt(WHOLE)]);
    expect(damaged.map(({ id }) => id)).toEqual(ids.slice(0, wrongs.length));
    for (const [index, { said }] of wrongs.entries()) {
      expect(damaged[index]?.damage).toMatch(said);
      expect(() => store.run(idAt(index))).toThrow(said);
      expect(store.damagedRun(idAt(index))).toEqual(damaged[index]);
    }
    expect(() => store.readSeries(idAt(BLOCK), 'loss')).toThrow(
      `run ${idAt(BLOCK)}, series loss: the points of steps 4096 to 8191 do not match their checksum`,
    );
    expect(store.readSeries(idAt(BLOCK), 'loss', { from: 0, to: 4095 }).steps).toHaveLength(4096);
    expect(store.readSeries(idAt(WHOLE), 'loss').steps).toHaveLength(9000);
    store.close();
  });

  it('is not given a right checksum by a write', () => {
    const store = openStore(file);
    expect(() => store.updateRun(idAt(0), { notes: 'written over' })).toThrow(/does not match its checksum/);
    expect(() => store.commit([batchOf(idAt(1), 'gap', [9], [1])])).toThrow(/does not match its checksum/);
    expect(store.storedRuns().damaged).toHaveLength(wrongs.length);
    store.close();
  });
});

it('is listed by check-store, a line each, and what is whole is saved into a new folder', async () => {
  const before = readFileSync(file);
  const { faults } = JSON.parse((await cli(['check-store', '--json', ...here])).stdout) as {
    faults: { run: string; table: string; series?: string; steps?: number[] }[];
  };
  for (const index of wrongs.keys())
    expect(faults).toContainEqual(expect.objectContaining({ run: idAt(index), table: 'runs' }));
  expect(faults).toContainEqual(
    expect.objectContaining({ run: idAt(BLOCK), table: 'blocks', series: 'loss', steps: [4096, 8191] }),
  );
  expect((await cli(['check-store', '--salvage', join(folder.path, 'saved'), ...here])).code).toBe(4);
  const other = tempFolder();
  const target = join(other.path, 'saved');
  const saved = await cli(['check-store', '--salvage', target, ...here]);
  expect(saved.code).toBe(1);
  expect(saved.stdout).toMatch(/^2 runs saved in /);
  expect(saved.stdout.match(/^lost: /gm)).toHaveLength(wrongs.length + 1);
  expect(readFileSync(file).equals(before)).toBe(true);
  const store = openReadableStore(join(target, STORE_FILE));
  expect(store.run(idAt(WHOLE))).toMatchObject({ notes: 'mine', state: 'completed' });
  expect(store.keptSteps(idAt(WHOLE))).toEqual([{ name: 'menu', steps: [0] }]);
  expect(store.events(idAt(WHOLE)).map(({ message }) => message)).toEqual(['begins']);
  expect(store.readSeries(idAt(BLOCK), 'loss').steps).toHaveLength(9000 - 4096);
  expect(store.run(idAt(BLOCK))?.notes).toMatch(/^mine[^]*lost:[^]*steps 4096 to 8191/);
  store.close();
  expect((await cli(['check-store', '--data-dir', target])).code).toBe(0);
  expect((await cli(['check-store', '--salvage', target, ...here])).code).toBe(4);
  other.remove();
});

describe('a studio with damaged runs', () => {
  let studio: Studio;
  let server: StudioServer;
  let connection: Connection;

  beforeAll(async () => {
    studio = createStudio({ dataDir: folder.path, program: 'test' });
    server = await startServer({ studio });
    connection = await connect(await enter(server.newAddress()));
  });
  afterAll(async () => {
    connection.close();
    await server.close();
    await studio.close();
  });

  it('lists, finds and compares the others, and names these', async () => {
    const { client } = connection;
    const listed = await client.runs.list({});
    expect(listed.runs.map(({ id }) => id)).toEqual(ids.slice(wrongs.length));
    expect(listed.damaged.map(({ id }) => id)).toEqual(ids.slice(0, wrongs.length));
    const comparison = idAt(0).split('-')[0] ?? '';
    const compared = await client.comparisons.get({ id: comparison });
    expect(compared.runs).toHaveLength(2);
    expect(compared.damaged).toHaveLength(wrongs.length);
    expect((await client.comparisons.get({ runs: [idAt(0), idAt(WHOLE)] })).damaged).toHaveLength(1);
    await expect(client.runs.get({ id: idAt(0) })).rejects.toThrow(/does not match its checksum/);
  });

  it('tells of changes, and deletes what is damaged', async () => {
    const { client } = connection;
    const { cursor } = await client.runs.list({});
    await client.runs.rename({ id: idAt(WHOLE), name: 'renamed' });
    await client.comparisons.rename({ id: idAt(0).split('-')[0] ?? '', name: 'renamed too' });
    const doomed = ids.slice(0, wrongs.length - 1);
    expect(await client.runs.delete({ ids: [...doomed] })).toEqual({ deleted: doomed });
    const heard: StudioEvent[] = [];
    for await (const event of await client.events.stream({ cursor })) {
      heard.push(event);
      if (event.type === 'removed') break;
    }
    expect(heard.at(-1)).toMatchObject({ runs: doomed });
    expect((await client.runs.list({})).damaged.map(({ id }) => id)).toEqual([idAt(wrongs.length - 1)]);
  });
});

it('is deleted by the command line, which deletes nothing whole unasked', async () => {
  const left = idAt(wrongs.length - 1);
  const listed = await cli(['list', ...here]);
  expect(listed.code).toBe(0);
  expect(listed.stdout).toMatch(new RegExp(`${left} .* damaged`));
  expect(listed.stderr).toMatch(/document 9999 is gone/);
  const shown = await cli(['show', left, ...here]);
  expect([shown.code, shown.stderr]).toEqual([1, expect.stringMatching(/document 9999 is gone/)]);
  expect((await cli(['delete', idAt(WHOLE), ...here])).code).toBe(4);
  mkdirSync(join(folder.path, 'runs', left), { recursive: true });
  writeFileSync(join(folder.path, 'runs', left, 'checkpoint.safetensors'), 'no');
  expect((await cli(['check-store', ...here])).stdout).toMatch(new RegExp(`run ${left}, table file`));
  expect((await cli(['delete', left, ...here])).code).toBe(0);
  const after = await cliJson<{ damaged: unknown[]; total: number }>(['list', ...here]);
  expect(after).toMatchObject({ damaged: [], total: 2 });
});

it('has a checksum of every column of every table but its own and keys', () => {
  const db = connectWritable(file);
  const tables = [
    ...(['comparisons', 'documents', 'runs', 'series', 'blocks', 'tail', 'events'] as const),
    ...(['kept_pictures', 'picture_contents'] as const),
  ];
  for (const table of tables) {
    const columns = (db.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name);
    const free = {
      blocks: ['id', 'checksum', 'step_data', 'value_data'],
      tail: ['sequence', 'checksum'],
      events: ['sequence', 'checksum'],
      kept_pictures: ['id', 'checksum'],
      picture_contents: ['id', 'checksum'],
    } as const;
    const left = columns.filter(
      (name) =>
        !checksumSql(table).includes(`${table}.${name},`) &&
        !checksumSql(table).includes(`${table}.${name})`),
    );
    expect(left).toEqual(table in free ? free[table as keyof typeof free] : ['checksum']);
  }
  db.close();
});
