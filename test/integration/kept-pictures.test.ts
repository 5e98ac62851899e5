/** Pictures that a run keeps, from a real trainer: through kill -9 and resume, into run files and out of them, to page and file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, expect } from 'vitest';
import { experimentRequestSchema } from '../../src/shared/experiment.ts';
import type { KeptPicture } from '../../src/shared/pictures/kept.ts';
import type { Picture } from '../../src/shared/pictures/picture.ts';
import { createStudioRouter } from '../../src/studio/handlers/router.ts';
import { openReadableStore } from '../../src/studio/store/open.ts';
import type { ReadableStore } from '../../src/studio/store/types.ts';
import { createStudio, STORE_FILE } from '../../src/studio/studio.ts';
import { startCli, storedRun, tempFolder, trainersOf, until } from '../support/cli.ts';
import { cli, cliJson } from '../support/command-host/command-host.ts';
import { needsUnix, where } from '../support/where.ts';

const { it } = where(needsUnix);

const STEPS = 600;
const EVERY = 40;
const stepsKept = Array.from({ length: STEPS / EVERY + 1 }, (_, i) => i * EVERY);

const whole = tempFolder();
const other = tempFolder();
const live = tempFolder();
let run = '';
const here = ['--data-dir', whole.path];

const job = (dataDir: string) => [
  ...['run', '--preset', 'smoke', '--estimator', 'st-gumbel-softmax', '--seeds', '1,', '--backend', 'wasm'],
  ...['--set', `steps=${STEPS}`, '--set', 'batch=16', '--set', 'options=8', '--set', 'checkpointSeconds=0.1'],
  ...['--set', `picturesEvery=${EVERY}`, '--data-dir', dataDir],
];

function fromStore<T>(dataDir: string, read: (store: ReadableStore) => T): T {
  const store = openReadableStore(join(dataDir, STORE_FILE));
  try {
    return read(store);
  } finally {
    store.close();
  }
}
const keptIn = (dataDir: string, id: string) =>
  fromStore(dataDir, (store) => store.keptPictures(id).map(plain));
const plain = ({ name, step, content }: KeptPicture) => [name, step, Buffer.from(content).toString('base64')];

beforeAll(async () => {
  const { runs } = await cliJson<{ runs: { id: string }[] }>(job(whole.path));
  run = runs[0]!.id;
});
afterAll(() => {
  for (const folder of [whole, other, live]) folder.remove();
});

it('are listed with their steps, and written to a file as they were', async () => {
  const { pictures } = await cliJson<{ pictures: unknown[] }>(['picture', run, ...here]);
  expect(pictures).toMatchObject([{ name: 'menu', steps: stepsKept }]);
  expect((await cli(['picture', run, ...here])).stdout).toMatch(/0, 40, 80, \.\.\., 520, 560, 600/);
  const drawn = (...args: string[]) =>
    cliJson<{ step: number; picture: Picture }>(['picture', run, 'menu', ...args, ...here]);
  const early = await drawn('--step', '79');
  expect(early.step).toBe(40);
  // The last one is of the parameters that the run ends with: drawn again, it is the same.
  expect(await drawn('--step', '99999')).toEqual(await drawn());
  expect(early.picture).not.toEqual((await drawn()).picture);
  const file = join(whole.path, 'early.json');
  await cliJson(['picture', run, 'menu', '--step', '40', '--out', file, ...here]);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(early.picture);
  const refused = await cli(['picture', run, 'flow', '--step', '40', ...here]);
  expect([refused.code, refused.stderr]).toEqual([
    3,
    expect.stringMatching(/keeps no picture "flow"; a run trained with picturesEvery does/),
  ]);
  expect((await cli(['picture', run, 'menu', '--step', '-1', ...here])).stderr).toMatch(/expected a step/);
});

it('are those of the uninterrupted run after kill -9 of trainer and studio, and resume', async () => {
  const first = startCli(job(live.path));
  await first.said(/running/);
  const begun = (step: number) => until(() => (storedRun(live.path)?.step ?? 0) > step, `step ${step}`);
  await begun(100);
  process.kill(trainersOf(first.child.pid ?? 0)[0]!, 'SIGKILL');
  expect((await first.result).code).toBe(1);
  const { id, step } = storedRun(live.path)!;
  const stored = keptIn(live.path, id);
  const second = startCli(['resume', id, '--data-dir', live.path]);
  await second.said(/running/);
  await begun(step + 100);
  second.child.kill('SIGKILL');
  await second.result;
  expect((await cli(['resume', id, '--data-dir', live.path])).code).toBe(0);
  const all = keptIn(whole.path, run);
  expect(all.map(([, step]) => step)).toEqual(stepsKept);
  expect(keptIn(live.path, id)).toEqual(all);
  expect(all.slice(0, stored.length)).toEqual(stored);
});

it('go with the run file, and a replay knows nothing of them', async () => {
  await cli(['export', run, '--format', 'gsrun', '--out', other.path, ...here]);
  const file = join(other.path, `${run}.gsrun`);
  expect(readFileSync(file).readUInt32BE(60)).toBe(2);
  const dataDir = join(other.path, 'data');
  expect((await cli(['import', file, '--data-dir', dataDir])).code).toBe(0);
  expect(keptIn(dataDir, run)).toEqual(keptIn(whole.path, run));
  const { picture } = await cliJson<{ picture: Picture }>([
    ...['picture', run, 'menu', '--step', '40', '--data-dir', dataDir],
  ]);
  expect(picture.panels.length).toBeGreaterThan(0);
  const replayed = await cliJson<{ points: number; missing: unknown[]; extra: unknown[] }>(['replay', file]);
  expect(replayed).toMatchObject({ missing: [], extra: [] });
  expect(replayed).not.toHaveProperty('firstDifference.step');
});

it('are told of while the run goes on, and go with the run', async () => {
  const dataDir = join(live.path, 'told');
  const studio = createStudio({ dataDir, program: 'test' });
  try {
    const client = createRouterClient(createStudioRouter(studio));
    const request = experimentRequestSchema.parse({
      preset: 'smoke',
      estimators: ['softmax'],
      seeds: [1],
      config: { steps: 100, picturesEvery: 50 },
      backend: 'wasm',
    });
    const { cursor } = studio.feed;
    const [made] = studio.start(await studio.prepare(request), 'told').runs;
    const id = made!.id;
    expect(await client.pictures.kept({ id })).toMatchObject({ pictures: [] });
    await expect(client.pictures.draw({ id, name: 'menu', step: 3 })).rejects.toThrow(
      /keeps no picture "menu"/,
    );
    for await (const event of studio.feed.read(cursor)) if (event.type === 'pictures') break;
    expect((await client.pictures.kept({ id })).pictures[0]).toMatchObject({ name: 'menu' });
    await studio.queue.idle();
    expect((await client.pictures.kept({ id })).pictures).toEqual([{ name: 'menu', steps: [0, 50, 100] }]);
    expect(await client.pictures.draw({ id, name: 'menu', step: 60 })).toMatchObject({ step: 50 });
    await client.runs.archive({ ids: [id] });
    await client.runs.delete({ ids: [id] });
    await expect(client.pictures.kept({ id })).rejects.toThrow(/there is no run/);
  } finally {
    await studio.close();
  }
});
