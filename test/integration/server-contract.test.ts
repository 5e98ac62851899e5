/** Every procedure of the contract with input that does not fit it: a typed refusal, nothing changed, the server alive. */
import { isContractProcedure, type AnyContractProcedure, type AnySchema } from '@orpc/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { contract } from '../../src/shared/contract/contract.ts';
import { readError } from '../../src/shared/contract/procedure.ts';
import { SOCKET_PROTOCOL, tokenProtocol } from '../../src/shared/contract/http.ts';
import { startServer, type StudioServer } from '../../src/server/server.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { comparisonRecord, runRecord, seriesOf } from '../fixtures/runs.ts';
import { tempFolder, until } from '../support/cli.ts';
import { connect, enter, type BrowserSession, type Connection } from '../support/studio-client.ts';

/** Calls of each procedure; the seed is fixed, so the inputs are always the same. */
const CALLS = 200;
const SEED = 20261121;

type Procedure = readonly [name: string, procedure: AnyContractProcedure];

function proceduresOf(router: object, prefix = ''): Procedure[] {
  return Object.entries(router).flatMap(([key, value]: [string, unknown]): Procedure[] => {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    if (isContractProcedure(value)) return [[name, value]];
    return typeof value === 'object' && value !== null ? proceduresOf(value, name) : [];
  });
}

const procedures = proceduresOf(contract);
const folder = tempFolder();
let studio: Studio;
let server: StudioServer;
let session: BrowserSession;
let connection: Connection;

beforeAll(async () => {
  studio = createStudio({ dataDir: folder.path, program: 'test' });
  studio.store.insertRun(runRecord, comparisonRecord, { loss: seriesOf([0, 1], [1, 2]) });
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

function call(name: string, input: unknown): Promise<unknown> {
  let target: unknown = connection.client;
  for (const key of name.split('.')) target = Reflect.get(target as object, key);
  return (target as (input: unknown) => Promise<unknown>)(input);
}

const snapshot = () => ({
  runs: studio.store.runs(),
  comparisons: studio.store.comparisons(),
  settings: studio.settings,
  cursor: studio.feed.cursor,
});

/** JSON of any kind, and objects with the very keys of the contract but with values of any kind. */
const hostile = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(
    fc.constantFrom(
      'id',
      'ids',
      'name',
      'tags',
      'notes',
      'filter',
      'sort',
      'window',
      'series',
      'cursor',
      'config',
      'jobs',
      'backend',
      'folder',
    ),
    fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('k3f9x2ab-03', ['k3f9x2ab-03'], '../../etc/passwd', 'a'.repeat(100_000), -1, 1e308),
    ),
  ),
);

/** True if the contract itself takes this input: then it is not malformed. */
async function fits(procedure: AnyContractProcedure, input: unknown): Promise<boolean> {
  const schema = procedure['~orpc'].inputSchema as AnySchema | undefined;
  if (schema === undefined) return true;
  return (await schema['~standard'].validate(input)).issues === undefined;
}

describe('malformed input', () => {
  it.each(procedures)('%s refuses it by kind and path, and nothing changes', async (name, procedure) => {
    const before = snapshot();
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(hostile, async (input) => {
        if (await fits(procedure, input)) return;
        const error = readError(
          await call(name, input).then(
            () => new Error('it was taken'),
            (e: unknown) => e,
          ),
        );
        expect(error.kind).toBe('validation');
        expect(error.issues.length).toBeGreaterThan(0);
        refused += 1;
      }),
      { numRuns: CALLS, seed: SEED },
    );
    // `check` is made for drafts: any object is one.
    expect(refused).toBeGreaterThan(name === 'experiments.check' ? 50 : 100);
    expect(snapshot()).toEqual(before);
    expect((Object.prototype as Record<string, unknown>)['id']).toBeUndefined();
  });

  it('an unknown run or comparison is not found, wherever it is named', async () => {
    const id = 'no-such-run';
    const named: Record<string, unknown> = {
      'runs.get': { id },
      'pictures.draw': { id, name: 'menu' },
      'pictures.kept': { id },
      'runs.clone': { id },
      'questions.ask': { id, question: 'buyers', input: { split: 'test', from: 0 } },
      'runs.rename': { id, name: 'x' },
      'runs.setNotes': { id, notes: 'x' },
      'runs.setTags': { ids: [id], tags: [] },
      'runs.series': { series: [{ run: id, name: 'loss' }], window: { columns: 5 } },
      'comparisons.get': { id },
      'comparisons.curves': { id, series: 'loss', window: { columns: 5 } },
      'comparisons.rename': { id, name: 'x' },
      'comparisons.clone': { id },
      'operations.cancel': { id },
      'operations.dismiss': { id },
      'solvers.start': { comparison: id, solver: 'lottery-menu', settings: {} },
    };
    for (const verb of ['pause', 'unpause', 'stop', 'resume', 'archive', 'unarchive', 'delete']) {
      named[`runs.${verb}`] = { ids: [id] };
    }
    const before = snapshot();
    for (const [name, input] of Object.entries(named)) {
      const error = readError(
        await call(name, input).then(
          () => new Error('it was taken'),
          (e: unknown) => e,
        ),
      );
      expect(error, name).toMatchObject({ kind: 'not-found' });
      expect(error.message, name).toContain(id);
    }
    expect(snapshot()).toEqual(before);
  });

  it.each([
    ['a bidi override', '\u202egnp.exe'],
    ['a control character', 'a\u0007b'],
    ['a megabyte', 'x'.repeat(1_000_000)],
  ])('a name with %s is refused wherever a name is given', async (_, name) => {
    const before = snapshot();
    const { id, comparison } = runRecord;
    const calls: [string, unknown][] = [
      ['runs.rename', { id, name }],
      ['runs.setTags', { ids: [id], tags: [name] }],
      ['runs.setNotes', { id, notes: name }],
      ['comparisons.rename', { id: comparison, name }],
      ['experiments.start', { name }],
    ];
    for (const [procedure, input] of calls) {
      const error = readError(
        await call(procedure, input).then(
          () => new Error('it was taken'),
          (e: unknown) => e,
        ),
      );
      expect(error.kind, procedure).toBe('validation');
      expect(error.message.length).toBeLessThan(1000);
    }
    expect(snapshot()).toEqual(before);
  });

  it('a config that does not fit is refused when it is to start, as well', async () => {
    const events = await connection.client.experiments.start({ config: { options: 0 } });
    const error = readError(
      await (async () => {
        for await (const event of events) expect(event.type).toBe('preparing');
      })().catch((e: unknown) => e),
    );
    expect(error).toMatchObject({ kind: 'validation', path: 'options' });
    expect(studio.store.runs()).toHaveLength(1);
  });
});

describe('malformed frames', () => {
  const open = () =>
    new Promise<WebSocket>((resolve, reject) => {
      const { origin, cookie, token } = session;
      const socket = new WebSocket(
        `${origin.replace('http', 'ws')}/socket`,
        [SOCKET_PROTOCOL, tokenProtocol(token)],
        {
          headers: { cookie, origin },
        },
      );
      socket.once('open', () => resolve(socket));
      socket.once('error', reject);
    });

  const closeCode = async (frame: string | Uint8Array) => {
    const socket = await open();
    const code = new Promise((resolve) => socket.once('close', resolve));
    socket.send(frame);
    return code;
  };

  it('of any content close their own connection with code 1007, and no other', async () => {
    const frames = fc.sample(fc.oneof(fc.string(), fc.json(), fc.uint8Array()), { numRuns: 100, seed: SEED });
    const request = (over: object) => JSON.stringify({ i: '1', p: { u: '/runs/list', b: {}, ...over } });
    const near = [
      request({ u: 'http://evil.example/' }),
      request({ u: '/runs/../runs/list' }),
      request({ h: { 'content-type': 'multipart/form-data' } }),
      request({ m: 'GET' }),
      JSON.stringify({ i: '1', t: 3, p: {} }),
    ];
    for (const frame of [...frames, ...near]) expect(await closeCode(frame), String(frame)).toBe(1007);
    expect((await connection.client.runs.list({})).stored).toBe(1);
  });

  it('that name prototypes, unknown procedures or ids out of order are refused, and change nothing', async () => {
    const before = snapshot();
    const id = runRecord.id;
    const raw = (u: string, json: string, meta = '[]') =>
      `{"i":"1","p":{"u":"${u}","b":{"json":${json},"meta":${meta}}}}`;
    const answers: string[] = [];
    const socket = await open();
    socket.on('message', (data: Buffer) => answers.push(data.toString()));
    const frames = [
      raw('/runs/rename', `{"id":"${id}","name":"x","__proto__":{"polluted":1}}`),
      raw('/runs/rename', `{"id":"${id}","name":"x","constructor":{"prototype":{"polluted":1}}}`),
      raw('/runs/rename', `{"id":"${id}","name":"x"}`, '[[1,"__proto__","polluted"]]'),
      raw('/runs/nothing', '{}'),
      raw('/constructor', '{}'),
    ];
    for (const [index, frame] of frames.entries()) {
      // The answer to a request that is not open: ignored.
      socket.send('{"i":"77","t":4}');
      socket.send(frame);
      await until(() => answers.length > index, `an answer to ${frame}`);
    }
    socket.terminate();
    const statuses = answers.map((answer) => (JSON.parse(answer) as { p: { s?: number } }).p.s);
    expect(statuses).toEqual([400, 400, 400, 404, 404]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(snapshot()).toEqual(before);
  });

  it('above 1 MiB close their own connection with code 1009', async () => {
    const socket = await open();
    const code = new Promise((resolve) => socket.once('close', resolve));
    socket.send('x'.repeat(2 ** 20 + 1));
    expect(await code).toBe(1009);
    expect((await connection.client.runs.list({})).stored).toBe(1);
  });
});
