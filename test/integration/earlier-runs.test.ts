/** Runs that a studio left unfinished: offered by the next one, continued to the end, or discarded and then deletable. */
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StudioClient } from '../../src/shared/contract/contract.ts';
import { resolveExperiment } from '../../src/studio/catalog.ts';
import { createStudioRouter } from '../../src/studio/handlers/router.ts';
import { openStore } from '../../src/studio/store/open.ts';
import { createStudio, STORE_FILE, type Studio } from '../../src/studio/studio.ts';
import { tempFolder, until, type TempFolder } from '../support/cli.ts';
import { cli, cliJson } from '../support/command-host/command-host.ts';

const STEPS = 50;
const REQUEST = {
  problem: 'toy-categorical',
  config: { steps: STEPS },
  settings: {},
  estimators: ['reinforce'],
  seeds: [1, 2],
  backend: 'cpu' as const,
};

let folder: TempFolder;

beforeEach(() => {
  folder = tempFolder();
});
afterEach(() => folder.remove());

const open = () => createStudio({ dataDir: folder.path, program: 'test', concurrency: 1 });
const clientOf = (studio: Studio): StudioClient =>
  createRouterClient(createStudioRouter(studio), { context: {} });

/** The folder as a studio leaves it that ends, or is killed, before any run of a comparison has started. */
function leaveQueued(): readonly string[] {
  const store = openStore(join(folder.path, STORE_FILE));
  const { problem, runs } = resolveExperiment(REQUEST, (path) => path);
  const made = store.createComparison({
    name: 'unfinished',
    problem,
    preset: null,
    backend: 'cpu',
    runs: runs.map((spec) => ({ spec: { ...spec, backend: 'cpu' }, steps: STEPS })),
  });
  store.close();
  return made.runs.map(({ id }) => id);
}

it('what never started is offered, and continued to the end', async () => {
  const queued = leaveQueued();
  const studio = open();
  try {
    const client = clientOf(studio);
    const { ids } = await client.runs.left();
    expect(ids).toEqual(queued);
    // Whatever waits in an open studio waits in its queue: no run is in a state that nobody works on.
    expect(studio.store.runs({ states: ['queued', 'running', 'paused'] })).toEqual([]);
    await client.runs.resume({ ids });
    expect((await client.runs.left()).ids).toEqual([]);
    await studio.queue.idle();
    expect(studio.store.runs().map(({ state, step }) => `${state} ${step}`)).toEqual(
      ids.map(() => `completed ${STEPS}`),
    );
  } finally {
    await studio.close();
  }
});

it('what a session left is discarded: stopped, offered no more, archived and deleted', async () => {
  const first = open();
  const prepared = await first.prepare({ ...REQUEST, config: { steps: 1_000_000 } });
  const { comparison, runs } = first.start(prepared, 'unfinished');
  await until(() => first.store.run(runs[0]!.id)?.state === 'running', 'one runs, the other waits');
  await first.close();

  const second = open();
  const client = clientOf(second);
  const { ids } = await client.runs.left();
  expect(ids).toEqual(runs.map(({ id }) => id));
  const stopped = await client.runs.stop({ ids });
  expect(stopped.runs.map(({ state, reason }) => `${state}, ${reason}`)).toEqual(
    ids.map(() => 'stopped, stopped by hand'),
  );
  await second.close();

  const third = open();
  try {
    const later = clientOf(third);
    expect((await later.runs.left()).ids).toEqual([]);
    await later.runs.archive({ ids });
    await later.runs.delete({ ids });
    expect(third.store.comparison(comparison.id)).toBeUndefined();
  } finally {
    await third.close();
  }
});

it('the command line counts what waits, names the command that continues it, and stops it', async () => {
  const [one = '', other = ''] = leaveQueued();
  const place = ['--data-dir', folder.path];
  const hint = 'left by an earlier session: 2 runs (2 not started); "gumbel-studio resume --all" continues';
  expect((await cli(['list', ...place])).stderr).toContain(hint);
  const { runs } = await cliJson<{ runs: { state: string }[] }>(['stop', one, ...place]);
  expect(runs.map(({ state }) => state)).toEqual(['stopped']);
  await cliJson(['resume', '--all', ...place]);
  const after = await cliJson<{ runs: { id: string; state: string }[] }>(['list', ...place]);
  expect(after.runs.map(({ id, state }) => `${id} ${state}`)).toEqual([
    `${one} stopped`,
    `${other} completed`,
  ]);
  expect(await cli(['resume', '--all', ...place])).toMatchObject({ code: 4 });
});
