/** Runs that the command executor hands to processes of this machine: real trainers, real files, studios that come and go. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import type { ExecutorChoice } from '../../src/shared/executor.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { tempFolder, until } from '../support/cli.ts';
import { runRemains } from '../support/run-remains.ts';

const IN_BACKGROUND = 'setsid sh -c {command} > {output} 2>&1 & echo $!';
const inBackground: ExecutorChoice = { kind: 'command', command: IN_BACKGROUND, cancel: 'kill {id}' };
const REQUEST = {
  problem: 'toy-categorical',
  config: { steps: 60, logEvery: 5, evaluateEvery: 20 },
  settings: {},
  estimators: ['reinforce', 'st-gumbel-softmax'],
  seeds: [1, 2, 3],
  backend: 'wasm' as const,
};
const times = {
  pace: { least: 100, most: 500, mostSilent: 1000 },
  limits: { stopMs: 10_000, silenceMs: 600_000, silent: () => 'silent' },
  secondLookMs: 500,
};

let dataDir: string;
beforeEach(() => {
  dataDir = newFolder();
});

function newFolder(): string {
  const folder = tempFolder();
  onTestFinished(() => folder.remove());
  return folder.path;
}

function open(folder = dataDir): Studio {
  const studio = createStudio({
    dataDir: folder,
    program: 'test',
    concurrency: 2,
    oneByOne: true,
    dispatchTimes: times,
  });
  onTestFinished(() => studio.close());
  return studio;
}

async function begin(studio: Studio, request: object = {}, executor = inBackground) {
  const prepared = await studio.prepare({ ...REQUEST, executor, ...request });
  return studio.start(prepared, 'elsewhere');
}

const statesOf = (studio: Studio) => studio.store.runs().map(({ state, reason }) => [state, reason]);
const submissionsOf = (folder = dataDir) => readdirSync(join(folder, 'submissions'));

it('six runs are those of the local queue bit for bit, and leave no submission behind', async () => {
  const studio = open();
  const { runs, comparison } = await begin(studio);
  expect(comparison).toMatchObject({ executor: inBackground, backend: 'wasm' });
  await studio.queue.idle();
  expect(statesOf(studio)).toEqual(runs.map(() => ['completed', '']));
  const here = open(newFolder());
  const { runs: ours } = here.start(await here.prepare(REQUEST), 'here');
  await here.queue.idle();
  expect(runs.map(({ id }) => runRemains(studio, id))).toEqual(ours.map(({ id }) => runRemains(here, id)));
  await until(() => submissionsOf().length === 0, 'the submission is removed');
});
