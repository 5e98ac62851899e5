/** Starts and exact baselines belong to the studio: they outlive whoever asked, and a start outlives the studio. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
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
  settings: {},
  estimators: ['reinforce'],
  seeds: [1],
  backend: 'cpu' as const,
  sweep: { 'estimators.reinforce.samples': [...values] },
});
const named = (name: string) => studio.store.comparisons().filter((own) => own.name.startsWith(name));
const variantsOf = (name: string) =>
  named(name).map(({ id }) => studio.store.runs({ comparison: id }).map(({ variant }) => variant));

/** Asks for a start and goes away once the studio has taken it. */
async function askAndLeave(request: ReturnType<typeof sweep>): Promise<string> {
  for await (const event of await client.experiments.start(request)) {
    if (event.type === 'accepted') return event.operation;
  }
  throw new Error('it was not accepted');
}

it('a sweep is one comparison of variants, made although whoever asked is gone, and then is no operation any more', async () => {
  const id = await askAndLeave(sweep('left', [1, 2, 3]));
  const { operations } = await client.operations.list();
  expect(operations).toMatchObject([{ id, kind: 'start', state: 'running', title: 'left', total: 1 }]);
  await until(() => studio.operations.list.operations.length === 0, 'the sweep is done', 120_000);
  expect(variantsOf('left')).toEqual([[1, 2, 3].map((value) => `samples=${value}`)]);
  await studio.queue.idle();
  expect(studio.store.runs().map(({ spec, state }) => [spec.settings['samples'], state])).toEqual([
    [1, 'completed'],
    [2, 'completed'],
    [3, 'completed'],
  ]);
  expect(readdirSync(join(folder.path, 'operations'))).toEqual([]);
});

it('what a studio did not get to is offered by the next one, and made once', async () => {
  await askAndLeave(sweep('resumed', [1, 2, 3]));
  await studio.close();
  open();
  const [left] = (await client.operations.list()).operations;
  expect(left).toMatchObject({ kind: 'start', state: 'interrupted', title: 'resumed', total: 1 });
  await client.operations.resume({ id: left!.id });
  await until(() => studio.operations.list.operations.length === 0, 'the rest is made', 120_000);
  expect(variantsOf('resumed')).toEqual([[1, 2, 3].map((value) => `samples=${value}`)]);
});

it('a sweep that an earlier version began goes on as it was: a comparison for each combination', async () => {
  const one = {
    problem: 'toy-categorical',
    config: { steps: 5 },
    estimators: ['reinforce'],
    seeds: [1],
    backend: 'cpu',
  };
  // As earlier versions wrote it: the first comparison is made, the second and third are not.
  const items = [1, 2, 3].map((samples) => ({
    label: `estimators.reinforce.samples=${samples}`,
    comparison: `earlier${samples}`,
    request: { ...one, name: `earlier: samples=${samples}`, settings: { reinforce: { samples } } },
  }));
  const plan = { id: 'earlierplan', title: 'earlier', startedAt: 1, items, next: 1, failures: [] };
  await studio.close();
  writeFileSync(join(folder.path, 'operations', 'earlierplan.json'), JSON.stringify(plan));
  open();
  const [left] = (await client.operations.list()).operations;
  expect(left).toMatchObject({ state: 'interrupted', title: 'earlier', done: 1, total: 3 });
  await client.operations.resume({ id: 'earlierplan' });
  await until(() => studio.operations.list.operations.length === 0, 'the rest is made', 120_000);
  expect(named('earlier').map(({ id }) => id)).toEqual(['earlier3', 'earlier2']);
  expect(variantsOf('earlier')).toEqual([[null], [null]]);
});

it('a cancelled start makes nothing', async () => {
  const id = await askAndLeave(sweep('cancelled', [1, 2, 3, 4]));
  await client.operations.cancel({ id });
  await until(() => studio.operations.list.operations.length === 0, 'it ends');
  expect(named('cancelled')).toEqual([]);
  expect(existsSync(join(folder.path, 'operations', `${id}.json`))).toBe(false);
});

it('too many runs are refused by their count, before any is made', async () => {
  const seeds = Array.from({ length: 1000 }, (_, i) => i);
  const before = studio.store.comparisons().length;
  const many = { ...sweep('many', [1, 2, 3, 4, 5, 6]), seeds };
  const stream = await client.experiments.start(many);
  const error = readError(await stream.next().catch((e: unknown) => e));
  expect(error).toMatchObject({ kind: 'validation', path: 'sweep' });
  expect(error.message).toMatch(/6000 runs, but at most 5000 are allowed/);
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
