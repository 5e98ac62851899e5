/** Sweeps and exact baselines belong to the studio: they outlive whoever asked, and a sweep outlives the studio. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StudioClient } from '../../src/shared/contract/contract.ts';
import { readError } from '../../src/shared/contract/procedure.ts';
import { createStudioRouter } from '../../src/studio/handlers/router.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { tempFolder, until } from '../support/cli.ts';

const folder = tempFolder();
let studio: Studio;
let client: StudioClient;

function open(): void {
  studio = createStudio({ dataDir: folder.path, program: 'test', concurrency: 1 });
  client = createRouterClient(createStudioRouter(studio), { context: {} });
}

beforeAll(open);
afterAll(async () => {
  await studio.close();
  folder.remove();
});

const sweep = (name: string, values: readonly number[]) => ({
  problem: 'toy-categorical',
  name,
  config: { steps: 5 },
  estimators: ['reinforce'],
  seeds: [1],
  backend: 'cpu' as const,
  sweep: { 'estimators.reinforce.samples': [...values] },
});
const namesOf = (name: string) =>
  studio.store
    .comparisons()
    .map((comparison) => comparison.name)
    .filter((own) => own.startsWith(name))
    .sort();
const labels = (name: string, values: readonly number[]) =>
  values.map((value) => `${name}: estimators.reinforce.samples=${value}`);

/** Asks for a start and goes away once the studio has taken it. */
async function askAndLeave(request: ReturnType<typeof sweep>): Promise<string> {
  for await (const event of await client.experiments.start(request)) {
    if (event.type === 'accepted') return event.operation;
  }
  throw new Error('it was not accepted');
}

it('a sweep is made in full although whoever asked is gone, and then is no operation any more', async () => {
  const id = await askAndLeave(sweep('left', [1, 2, 3]));
  const { operations } = await client.operations.list();
  expect(operations).toMatchObject([{ id, kind: 'start', state: 'running', title: 'left', total: 3 }]);
  await until(() => studio.operations.list.operations.length === 0, 'the sweep is done', 120_000);
  expect(namesOf('left')).toEqual(labels('left', [1, 2, 3]));
  await studio.queue.idle();
  for (const { spec, state } of studio.store.runs())
    expect(`${String(spec.settings['samples'])} ${state}`).toMatch(/^[123] completed$/);
  expect(readdirSync(join(folder.path, 'operations'))).toEqual([]);
});

it('what a studio did not get to is offered by the next one, and made once', async () => {
  await askAndLeave(sweep('resumed', [1, 2, 3]));
  await until(() => namesOf('resumed').length > 0, 'the first comparison', 60_000);
  await studio.close();
  open();
  const [left] = (await client.operations.list()).operations;
  expect(left).toMatchObject({ kind: 'start', state: 'interrupted', title: 'resumed', total: 3 });
  await client.operations.resume({ id: left!.id });
  await until(() => studio.operations.list.operations.length === 0, 'the rest is made', 120_000);
  expect(namesOf('resumed')).toEqual(labels('resumed', [1, 2, 3]));
});

it('a cancelled sweep keeps what it made and makes no more', async () => {
  const id = await askAndLeave(sweep('cancelled', [1, 2, 3, 4]));
  await until(() => namesOf('cancelled').length > 0, 'the first comparison', 60_000);
  await client.operations.cancel({ id });
  await until(() => studio.operations.list.operations.length === 0, 'it ends');
  expect(namesOf('cancelled').length).toBeLessThan(4);
  expect(existsSync(join(folder.path, 'operations', `${id}.json`))).toBe(false);
});

it('too many runs are refused by their count, before any is made', async () => {
  const seeds = Array.from({ length: 1000 }, (_, i) => i);
  const before = studio.store.comparisons().length;
  const many = { ...sweep('many', [1, 2, 3, 4, 5, 6]), seeds };
  const stream = await client.experiments.start(many);
  const error = readError(await stream.next().catch((e: unknown) => e));
  expect(error).toMatchObject({ kind: 'validation', path: 'sweep' });
  expect(error.message).toMatch(/6000 runs; 5000 at most/);
  expect(await client.experiments.check(many)).toMatchObject({ valid: false });
  expect(studio.store.comparisons()).toHaveLength(before);
});

it('a clone of a comparison is all of it', async () => {
  const [made] = studio.store.comparisons();
  const request = await client.comparisons.clone({ id: made!.id });
  expect(request).toMatchObject({ name: made!.name, estimators: ['reinforce'], seeds: [1] });
  const own = studio.store.runs({ comparison: made!.id })[0]!;
  expect(request.settings).toEqual({ reinforce: own.spec.settings });
  expect(request.config).toEqual(own.spec.config);
});
