/**
 * The measure of docs/adr/0014: a problem that lies in a test's folder, with pictures, a question, solvers and an export, is
 * trained and served by command line, contract, downloads and run files, and no line outside its folder knows of it.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import '../fixtures/problems/secret-bits/register.ts';
import type { Operation } from '../../src/shared/contract/operations.ts';
import { exportPath } from '../../src/shared/contract/http.ts';
import { pictureSchema, type Picture } from '../../src/shared/pictures/picture.ts';
import { startServer, type StudioServer } from '../../src/server/server.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { tempFolder, until } from '../support/cli.ts';
import { cliJson } from '../support/command-host/command-host.ts';
import { connect, enter, type BrowserSession, type Connection } from '../support/studio-client.ts';

const root = join(import.meta.dirname, '../..');
const REGISTER = pathToFileURL(join(root, 'test/fixtures/problems/secret-bits/register.ts')).href;
/** The guess of a run that found the secret of its training split, and the split of the test with one bit wrong. */
const SECRET = [1, 0, 0, 1, 0, 0];

const folder = tempFolder();
const other = tempFolder();
let run = '';
let comparison = '';

// Commands and trainers that this test starts know the problem as well.
vi.stubEnv('NODE_OPTIONS', `${process.env['NODE_OPTIONS'] ?? ''} --import=${REGISTER}`.trim());

beforeAll(async () => {
  const made = await cliJson<{ comparison: string; runs: { id: string; metrics: object }[] }>([
    ...['run', '--preset', 'secret-smoke', '--backend', 'wasm', '--data-dir', folder.path],
  ]);
  [run, comparison] = [made.runs[0]!.id, made.comparison];
  expect(made.runs[0]!.metrics).toMatchObject({
    hardTrainErrors: 0,
    hardValidationErrors: 1,
    hardTestErrors: 1,
  });
});

afterAll(() => {
  vi.unstubAllEnvs();
  folder.remove();
  other.remove();
});

const command = <T>(...args: string[]) => cliJson<T>([...args, '--data-dir', folder.path]);

it('is named nowhere outside its folder and this test, but where contributors are told to copy it', () => {
  const own = /^test\/(fixtures\/problems\/secret-bits\/|integration\/fixture-problem\.test\.ts$)/;
  const advice = 'docs/architecture.md';
  const files = ['src', 'test', 'docs'].flatMap((below) =>
    readdirSync(join(root, below), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|svelte|md)$/.test(file))
      .map((file) => `${below}/${file.replaceAll('\\', '/')}`),
  );
  const named = files.filter((file) => /secret-?bits/i.test(readFileSync(join(root, file), 'utf8')));
  expect(named.filter((file) => own.test(file))).toHaveLength(3);
  expect(named.filter((file) => !own.test(file))).toEqual([advice]);
});

describe('on the command line', () => {
  it('draws its pictures to files, and lists them', async () => {
    const { pictures } = await command<{ pictures: { name: string }[] }>('picture', run);
    expect(pictures.map(({ name }) => name)).toEqual(['guess', 'restored']);
    for (const name of ['guess', 'restored']) {
      for (const [format, words] of [
        ['svg', /^<svg |^<\?xml /],
        ['csv', /^Panel,/],
        ['json', /^\{"note":/],
      ] as const) {
        const file = join(folder.path, `${name}.${format}`);
        await command('picture', run, name, '--out', file);
        expect(readFileSync(file, 'utf8')).toMatch(words);
      }
    }
    const csv = readFileSync(join(folder.path, 'guess.csv'), 'utf8');
    expect(csv).toContain('\nBits,,,,1,0,1\n');
  });

  it('answers its question, and refuses in a sentence', async () => {
    const asked = await command('ask', run, 'bit', '--set', 'place=3');
    expect(asked).toMatchObject({ question: 'bit', answer: { guess: 1, secret: 1 } });
    await expect(command('ask', run, 'bit', '--set', 'place=9')).rejects.toThrow(/there is no bit 9/);
    await expect(command('ask', run, 'bits')).rejects.toThrow(/did you mean "bit"/);
  });

  it('solves, on the data of a comparison and without any', async () => {
    const revealed = await command('solve', 'reveal', '--comparison', comparison, '--with', 'split=test');
    expect(revealed).toEqual({ secret: [1, 1, 0, 1, 0, 0] });
    const { exact } = await command<{ exact: object[] }>('show', comparison);
    expect(exact).toMatchObject([{ name: 'reveal-test', of: '6 bits of the test split' }]);
    const file = join(folder.path, 'words.txt');
    writeFileSync(file, 'three short words\n');
    expect(await command('solve', 'count-words', '--with', `path=${file}`)).toEqual({
      words: ['three', 'short', 'words'],
    });
  });

  it('writes its export', async () => {
    const { files } = await command<{ files: string[] }>(
      'export',
      run,
      '--format',
      'bits',
      '--out',
      folder.path,
    );
    expect(files).toEqual([`${run}.bits.txt`]);
    expect(readFileSync(join(folder.path, files[0]!), 'utf8')).toBe(`${SECRET.join('')}\n`);
  });
});

describe('over the contract', () => {
  let studio: Studio;
  let server: StudioServer;
  let session: BrowserSession;
  let connection: Connection;

  beforeAll(async () => {
    const page = join(folder.path, 'page');
    mkdirSync(page);
    writeFileSync(join(page, 'index.html'), '<!doctype html><title>page</title>');
    studio = createStudio({ dataDir: folder.path, program: 'test' });
    server = await startServer({ studio, pageFolder: page });
    session = await enter(server.newAddress());
    connection = await connect(session);
  });
  afterAll(async () => {
    connection.close();
    await server.close();
    await studio.close();
  });
  const operation = (id: string): Operation | undefined =>
    studio.operations.list.operations.find((one) => one.id === id);

  it('is in the catalog with all that it has, as data for forms', async () => {
    const { problems } = await connection.client.catalog.list();
    expect(problems.find(({ id }) => id === 'secret-bits')).toMatchObject({
      pictures: [{ name: 'guess' }, { name: 'restored' }],
      questions: [{ name: 'bit', needsRun: true, input: { properties: { place: { type: 'integer' } } } }],
      solvers: [
        { name: 'reveal', needsData: true, settings: { properties: { split: { default: 'train' } } } },
        { name: 'count-words', needsData: false },
      ],
      exports: [{ name: 'bits', extension: 'txt' }],
    });
  });

  it('draws and answers', async () => {
    const { client } = connection;
    const { pictures } = await client.runs.get({ id: run });
    expect(pictures.map(({ label }) => label)).toEqual(['Guess', 'Logits']);
    const { step, picture } = await client.pictures.draw({ id: run, name: 'guess' });
    expect(step).toBe(200);
    expect(picture.facts).toEqual([{ label: 'Errors', value: 1, unit: 'of 6 bits' }]);
    const { answer } = await client.questions.ask({ id: run, question: 'bit', input: {} });
    expect(answer).toEqual({ guess: 1, secret: 1 });
    await expect(
      client.questions.ask({ id: null, problem: 'secret-bits', question: 'bit', input: {} }),
    ).rejects.toThrow(/is asked of a run/);
  });

  it('keeps what a solver found with the comparison, and without one with the operation', async () => {
    const { client } = connection;
    const kept = await client.solvers.start({ comparison, solver: 'reveal', settings: {} });
    await until(() => operation(kept.operation) === undefined, 'the solver is done');
    const { exact } = studio.store.comparison(comparison)!;
    expect(exact.map(({ name }) => name).sort()).toEqual(['reveal-test', 'reveal-train']);
    expect(exact.find(({ name }) => name === 'reveal-train')).toMatchObject({
      label: 'Reveal',
      of: '6 bits of the train split',
      lines: [{ value: 0 }, { value: 1 }, { value: 1 }],
    });
    const alone = await client.solvers.start({
      ...{ comparison: null, problem: 'secret-bits', solver: 'count-words' },
      settings: { path: join(folder.path, 'words.txt') },
    });
    await until(() => operation(alone.operation)?.state === 'done', 'the words are counted');
    const { operations } = await client.operations.list();
    expect(operations.find(({ id }) => id === alone.operation)).toMatchObject({
      label: 'Count the words of a file',
      solution: { value: 3 },
      picture: { panels: [{ rows: [['three'], ['short'], ['words']] }] },
    });
    await client.operations.dismiss({ id: alone.operation });
    expect(operation(alone.operation)).toBeUndefined();
  });

  it('is downloaded', async () => {
    const response = await fetch(session.origin + exportPath(run, 'bits'), {
      headers: { cookie: session.cookie, 'sec-fetch-site': 'same-origin' },
    });
    expect(response.headers.get('content-disposition')).toContain(`${run}.bits.txt`);
    expect(await response.text()).toBe(`${SECRET.join('')}\n`);
  });
});

it('comes back from a run file, and is drawn and answered as before', async () => {
  const before = await command<{ picture: Picture }>('picture', run, 'guess');
  await command('export', run, '--format', 'gsrun', '--out', other.path);
  const elsewhere = ['--data-dir', join(other.path, 'data')];
  await cliJson(['import', join(other.path, `${run}.gsrun`), ...elsewhere]);
  const after = await cliJson<{ picture: Picture }>(['picture', run, 'guess', ...elsewhere]);
  expect(pictureSchema.parse(after.picture)).toEqual(before.picture);
  const asked = await cliJson<{ answer: object }>(['ask', run, 'bit', '--set', 'place=1', ...elsewhere]);
  expect(asked.answer).toEqual({ guess: 0, secret: 0 });
  const drawn = await cliJson<{ step: number }>(['picture', run, 'restored', ...elsewhere]);
  expect(drawn.step).toBe(200);
});
