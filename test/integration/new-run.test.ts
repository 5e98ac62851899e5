/** What stands between a form and its runs: previews of data, input folders, stages of a start, the command line, the default device. */
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readError } from '../../src/shared/contract/procedure.ts';
import type { StartEvent } from '../../src/shared/contract/experiments.ts';
import { startServer, type StudioServer } from '../../src/server/server.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { tempFolder, trainersOf, until } from '../support/cli.ts';
import { cliJson } from '../support/command-host/command-host.ts';
import { COMMAND_LINE } from '../support/programs.ts';
import { connect, enter, type Connection } from '../support/studio-client.ts';

const folder = tempFolder();
let studio: Studio;
let server: StudioServer;
let connection: Connection;

beforeAll(async () => {
  studio = createStudio({ dataDir: join(folder.path, 'data'), program: 'test' });
  server = await startServer({ studio });
  connection = await connect(await enter(server.newAddress()));
});

afterAll(async () => {
  connection.close();
  await server.close();
  await studio.close();
  folder.remove();
});

async function failure(call: PromiseLike<unknown>) {
  return readError(
    await call.then(
      () => new Error('it succeeded'),
      (error: unknown) => error,
    ),
  );
}

function cats(name: string, text: string): string {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
}

const request = (path: string) => ({ config: { options: 8, valuations: { kind: 'cats', path } } });

describe('a preview of the data', () => {
  it('says what a CATS file holds', async () => {
    // Dummy good 4 makes bids 0 and 1 alternatives of one buyer; the other five bids are buyers of their own.
    const bids = ['0 5 0 1 4 #', '1 4 2 4 #', '2 3 0 #', '3 3 1 #', '4 2 2 #', '5 2 3 #', '6 1 0 3 #'];
    const path = cats('six.txt', ['goods 4', 'bids 7', 'dummy 1', ...bids].join('\n'));
    const preview = await connection.client.experiments.preview(request(path));
    const facts = Object.fromEntries(preview.facts.map(({ label, value }) => [label, value]));
    expect(facts).toMatchObject({ Buyers: 6, Goods: 4, Alternatives: 7 });
    expect(preview.summary).toContain('6 xor buyers');
    // A logit an item and a price, for each of 8 options.
    expect(preview.parameters).toBe(8 * (4 + 1));
    expect(preview.picture).toBeNull();
  });

  it('shows images', async () => {
    const { facts, picture } = await connection.client.experiments.preview({
      problem: 'gaussian-vae',
      config: { data: { kind: 'digits' } },
    });
    expect(facts).toContainEqual({ label: 'Training images', value: 1258 });
    expect(picture?.panels.map(({ kind, title }) => [kind, title])).toEqual([['images', 'Training images']]);
  });

  it.each([
    ['bad-price.txt', 'goods 2\nbids 2\ndummy 0\n0 1 0 #\n1 much 1 #\n', /bad-price\.txt, line 5: .*much/],
    ['short.txt', 'goods 2\nbids 2\ndummy 0\n0 1 0 #\n', /short\.txt/],
    ['empty.txt', '', /empty\.txt: expected a CATS auction, found an empty file/],
  ])('of %s is refused in one sentence that names file and line', async (name, text, message) => {
    const error = await failure(connection.client.experiments.preview(request(cats(name, text))));
    expect(error.kind).toBe('validation');
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('\n');
  });

  it('of a file that is not there says so', async () => {
    const error = await failure(connection.client.experiments.preview(request('/no/such/file.txt')));
    expect(error).toMatchObject({ kind: 'not-found' });
    expect(error.message).toContain('/no/such/file.txt');
  });

  it('can be cancelled, and its process ends', async () => {
    const abort = new AbortController();
    const large = { config: { valuations: { kind: 'cats-generator', bidders: 500_000 } } };
    const call = failure(connection.client.experiments.preview(large, { signal: abort.signal }));
    await until(() => trainersOf(process.pid).length > 0, 'it reads');
    abort.abort();
    await call;
    await until(() => trainersOf(process.pid).length === 0, 'its process ends');
  });
});

describe('input folders', () => {
  it('are those of the studio, with folders first and without hidden ones and links', async () => {
    const data = realpathSync(studio.dataDir);
    for (const name of ['zoo', 'inputs', '.hidden']) mkdirSync(join(data, name));
    writeFileSync(join(data, 'a.txt'), 'four');
    symlinkSync('/etc', join(data, 'way-out'));
    const listing = await connection.client.files.list({ folder: data });
    const names = listing.entries.map(({ name }) => name);
    expect(names.slice(0, 4)).toEqual(['control', 'inputs', 'operations', 'zoo']);
    expect(names).toContain('a.txt');
    expect(names).not.toContain('.hidden');
    expect(names).not.toContain('way-out');
    expect(listing.entries.find(({ name }) => name === 'a.txt')).toMatchObject({ kind: 'file', bytes: 4 });
    expect(listing.roots.map(({ path }) => path)).toContain(data);
  });

  it('elsewhere are refused, through a link and through .. too', async () => {
    for (const path of ['/etc', '/', join(studio.dataDir, 'way-out'), `${studio.dataDir}/../../../../etc`]) {
      const error = await failure(connection.client.files.list({ folder: path }));
      expect(error, path).toMatchObject({ kind: 'precondition', path: 'folder' });
    }
    expect(await failure(connection.client.files.list({ folder: '/no/such' }))).toMatchObject({
      kind: 'not-found',
    });
  });

  it('hold the samples as inputs that can be read', async () => {
    const { entries } = await connection.client.files.list({ samples: 'bidders' });
    expect(entries.map(({ path }) => path)).toContain('sample:arbitrary-upv-50');
  });
});

const SMALL = { problem: 'menu-auction', preset: 'smoke', config: { steps: 2 }, estimators: ['softmax'] };

describe('a start', () => {
  it('says each stage when it begins and when it is done', async () => {
    const events: StartEvent[] = [];
    for await (const event of await connection.client.experiments.start(SMALL)) events.push(event);
    const last = events.pop();
    expect(last?.type).toBe('started');
    const stages = events.flatMap((event) => (event.type === 'preparing' ? [event] : []));
    for (const stage of ['device', 'data', 'baselines']) {
      expect(stages.filter((one) => one.stage === stage).map(({ done }) => done)).toEqual([false, true]);
    }
    const order = stages
      .filter(({ stage }) => stage !== 'device')
      .map(({ stage, done }) => `${stage} ${done}`);
    expect(order).toEqual(['data false', 'data true', 'baselines false', 'baselines true']);
    expect(stages.find(({ stage, done }) => stage === 'data' && done)?.message).toContain(
      '4000 additive buyers',
    );
  });

  it('takes the default device of the settings for auto, and says so when it does not work', async () => {
    await connection.client.settings.set({ backend: 'cpu' });
    for await (const event of await connection.client.experiments.start(SMALL)) {
      if (event.type === 'started') expect(event.comparison.backend).toBe('cpu');
    }
    await connection.client.settings.set({ backend: 'tensorflow-gpu' });
    const error = await failure(
      (async () => {
        const events = await connection.client.experiments.start(SMALL);
        while ((await events.next()).done !== true);
      })(),
    );
    expect(error).toMatchObject({ kind: 'precondition', path: 'backend' });
    expect(error.message).toContain('the default of the settings');
    await connection.client.settings.set({ backend: null });
  });
});

describe('the command line that the form shows', () => {
  it.each([
    ['a preset with changes', { ...SMALL, seeds: [3, 5] }],
    [
      'a name and values that a shell would read otherwise',
      {
        ...SMALL,
        name: `it's 50% $HOME "x" & more`,
        config: { steps: 2, temperature: { kind: 'linear', from: 0.5, to: 0.1 }, gradientClip: 2 },
        estimators: ['reinforce'],
        settings: { reinforce: { samples: 4, baseline: 'leave-one-out' } },
        seeds: [7],
        backend: 'wasm' as const,
      },
    ],
  ])('is taken by a shell and the command, and starts the same: %s', async (_, asked) => {
    const checked = await connection.client.experiments.check(asked);
    if (!checked.valid) throw new Error(JSON.stringify(checked.issues));
    const own = join(folder.path, 'cli', String(checked.runs), asked.estimators[0]!);
    mkdirSync(own, { recursive: true });
    writeFileSync(
      join(own, 'gumbel-studio'),
      `#!/bin/sh\nexec '${process.execPath}' '${COMMAND_LINE}' "$@"\n`,
      {
        mode: 0o755,
      },
    );
    await promisify(execFile)('sh', ['-c', `${checked.command} --data-dir '${own}'`], {
      env: { ...process.env, PATH: `${own}:${process.env['PATH']}` },
    });
    const { runs } = await cliJson<{
      runs: { name: string; spec: { config: unknown; estimator: string; settings: unknown; seed: number } }[];
    }>(['list', '--data-dir', own]);
    expect(runs.map(({ spec }) => spec.seed).sort()).toEqual(checked.seeds);
    for (const { spec } of runs) {
      expect(spec.config).toEqual(checked.config);
      expect(spec.settings).toEqual(checked.settings[spec.estimator]);
    }
  });
});
