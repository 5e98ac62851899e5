/** Run files on their way into a studio over HTTP: several of one run at once, cancelled ones, ones that are cut short. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StudioEvent } from '../../src/shared/contract/events.ts';
import { paths } from '../../src/shared/contract/http.ts';
import { startServer, type StudioServer } from '../../src/server/server.ts';
import { readFileTensors } from '../../src/studio/files/parameters.ts';
import { writeRunFile, type RunFileContent } from '../../src/studio/files/run-file.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { fileTensor } from '../fixtures/run-files.ts';
import { comparisonRecord, runRecord, seriesOf } from '../fixtures/runs.ts';
import { tempFolder, until } from '../support/cli.ts';
import { connect, enter, follow, pageHeaders, type Connection } from '../support/studio-client.ts';

const folder = tempFolder();
const dataDir = join(folder.path, 'data');
let studio: Studio;
let server: StudioServer;
let connection: Connection;
let headers: Record<string, string>;
let origin: string;

beforeAll(async () => {
  studio = createStudio({ dataDir, program: 'test' });
  server = await startServer({ studio, pageFolder: folder.path });
  const session = await enter(server.newAddress());
  connection = await connect(session);
  ({ origin } = session);
  headers = { ...pageHeaders(session), 'content-type': 'application/octet-stream' };
});

afterAll(async () => {
  connection.close();
  await server.close();
  await studio.close();
  folder.remove();
});

const parameters = [
  fileTensor(
    'weights',
    [30, 20],
    Array.from({ length: 600 }, (_, i) => Math.sin(i) / 7),
  ),
  fileTensor('bias', [], [-0]),
];

/** Bytes of a run file. */
function fileOf(id: string, points: number, part: Partial<RunFileContent> = {}): Buffer<ArrayBuffer> {
  const steps = Array.from({ length: points }, (_, i) => i * i);
  const file = join(folder.path, `${id}.gsrun`);
  writeRunFile(file, {
    run: { ...runRecord, id: `${id}-00`, comparison: id },
    comparison: { ...comparisonRecord, id },
    series: { loss: seriesOf(steps, steps.map(Math.sqrt)), gap: seriesOf([3], [NaN]) },
    parameters,
    pictures: [],
    ...part,
  });
  return Buffer.from(readFileSync(file));
}

function send(
  body: Uint8Array<ArrayBuffer>,
  { id, signal }: { id?: string; signal?: AbortSignal } = {},
): Promise<Response> {
  const query = id === undefined ? '' : `?id=${id}`;
  const options = { method: 'POST', headers, body, duplex: 'half' as const };
  return fetch(
    `${origin}${paths.importRun}${query}`,
    signal === undefined ? options : { ...options, signal },
  );
}

/** What imports have left behind beside runs. */
function remains(): { staged: string[]; runs: string[] } {
  const list = (name: string) => (existsSync(join(dataDir, name)) ? readdirSync(join(dataDir, name)) : []);
  return { staged: list('imports'), runs: list('runs').filter((id) => studio.store.run(id) === undefined) };
}

it('of four that bring one run at once one is taken, three are conflicts, and its numbers are whole', async () => {
  for (let round = 0; round < 3; round++) {
    const id = `four${round}`;
    const body = fileOf(id, 70_000);
    const answers = await Promise.all([1, 2, 3, 4].map(() => send(body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    for (const answer of answers) {
      if (answer.status === 409) expect(await answer.json()).toMatchObject({ kind: 'conflict' });
    }
    const kept = readFileTensors(join(dataDir, 'runs', `${id}-00`));
    expect(kept).toEqual(parameters);
    // Minus zero, to the last bit.
    expect([...kept[1]!.bytes]).toEqual([0, 0, 0, 0x80]);
    const { steps, values } = studio.store.readSeries(`${id}-00`, 'loss');
    expect([steps.length, steps.at(-1), values.at(-1)]).toEqual([70_000, 69_999 ** 2, 69_999]);
    expect((await send(body)).status).toBe(409);
    expect(readFileTensors(join(dataDir, 'runs', `${id}-00`))).toEqual(parameters);
  }
  expect(remains()).toEqual({ staged: [], runs: [] });
});

it('what a file says trains its runs is not done here: its line for a shell least of all', async () => {
  const executor = { kind: 'command', command: 'touch /tmp/of-a-stranger # {command}' } as const;
  const body = fileOf('theirs', 3, { comparison: { ...comparisonRecord, id: 'theirs', executor } });
  expect((await send(body)).status).toBe(200);
  expect(studio.store.comparison('theirs')?.executor).toBeNull();
});

it('a run that cannot be taken leaves that of the same name alone', async () => {
  const body = fileOf('other', 10);
  expect((await send(body)).status).toBe(200);
  const foreign = { ...comparisonRecord, id: 'other', createdAt: 1 };
  const run = { ...runRecord, id: 'other-01', comparison: 'other' };
  const answer = await send(fileOf('other', 10, { run, comparison: foreign }));
  expect([answer.status, await answer.json()]).toEqual([409, expect.objectContaining({ kind: 'conflict' })]);
  expect(studio.store.comparison('other')?.createdAt).toBe(comparisonRecord.createdAt);
  expect(remains()).toEqual({ staged: [], runs: [] });
});

it('what was left in the place of a run that is not there does not stand in the way', async () => {
  mkdirSync(join(dataDir, 'runs', 'left-00', 'checkpoint.safetensors'), { recursive: true });
  expect((await send(fileOf('left', 10))).status).toBe(200);
  expect(readFileTensors(join(dataDir, 'runs', 'left-00'))).toEqual(parameters);
  expect(remains()).toEqual({ staged: [], runs: [] });
});

it('tells how far it is, and cancelling at any point leaves nothing', async () => {
  const body = fileOf('long', 2_000_000);
  const events: Extract<StudioEvent, { type: 'import' }>['import'][] = [];
  const reading = follow(connection, studio.feed.cursor, (event) => {
    if (event.type === 'import') events.push(event.import);
  });
  for (const from of [0, 0.1, 0.6]) {
    const id = `cancelled-${10 * from}`;
    const sent = send(body, { id });
    await until(
      () => events.some((event) => event.id === id && event.share >= from && (from === 0 || event.share > 0)),
      `it is ${100 * from} % done`,
      60_000,
    );
    await connection.client.imports.cancel({ id });
    const answer = await sent;
    expect([answer.status, await answer.json()]).toEqual([
      499,
      expect.objectContaining({ kind: 'cancelled' }),
    ]);
    await until(() => events.at(-1)?.state === 'cancelled', 'the stream tells of it');
  }
  expect(await connection.client.imports.list()).toEqual([]);
  // Whoever hangs up cancels too.
  const abort = new AbortController();
  const hung = send(body, { id: 'hung', signal: abort.signal }).catch(() => 'gone');
  await until(() => events.some(({ id, share }) => id === 'hung' && share > 0.5), 'it is half done', 60_000);
  abort.abort();
  expect(await hung).toBe('gone');
  await until(() => events.at(-1)?.state === 'cancelled', 'it is cancelled');
  await until(() => remains().staged.length === 0, 'nothing is left');
  expect(studio.store.run('long-00')).toBeUndefined();
  expect(remains()).toEqual({ staged: [], runs: [] });

  const answer = await send(body, { id: 'taken' });
  expect(answer.status).toBe(200);
  await until(() => events.at(-1)?.state === 'done', 'the stream tells of it');
  const shares = events.filter(({ id }) => id === 'taken').map(({ share }) => share);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(studio.store.readSeries('long-00', 'loss').steps.length).toBe(2_000_000);
  await reading.end();
});

it('a file that ends in the middle, or never was one, is refused in the words of whoever sends it', async () => {
  const body = fileOf('cut', 70_000);
  const cut = await fetch(`${origin}${paths.importRun}?name=my%20run.gsrun`, {
    method: 'POST',
    headers,
    body: body.subarray(0, body.length / 2),
  });
  expect([cut.status, await cut.json()]).toEqual([
    400,
    expect.objectContaining({
      message: expect.stringMatching(
        /^my run\.gsrun cannot be read as a run file: it is truncated/,
      ) as string,
    }),
  ]);
  expect(remains()).toEqual({ staged: [], runs: [] });
});
