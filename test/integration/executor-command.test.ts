/** Runs that the command executor hands to processes of this machine: real trainers, real files, studios that come and go. */
import { readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import type { ExecutorChoice } from '../../src/shared/executor.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { knownSubmissions } from '../../src/studio/executors/known-submissions.ts';
import { taskFolder } from '../../src/studio/executors/task-folder.ts';
import { storedRun, tempFolder, until } from '../support/cli.ts';
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

async function beginOne(studio: Studio, request: object) {
  const { runs } = await begin(studio, request);
  return runs[0]!;
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

const LONG = {
  config: { steps: 1_000_000, logEvery: 100, evaluateEvery: 100_000 },
  estimators: ['reinforce'],
  seeds: [1],
};

/** Of the only submission of a folder. */
function taskOf(number = 0, folder = dataDir): string {
  const [submission] = knownSubmissions(folder).submissions;
  if (submission === undefined) throw new Error('there is no submission');
  return taskFolder(submission.folder, number);
}

const holderOf = (task: string) =>
  (JSON.parse(readFileSync(join(task, 'claim.json'), 'utf8')) as { readonly pid: number }).pid;

async function training(studio: Studio, id: string, step = 200): Promise<void> {
  await until(() => (studio.store.run(id)?.step ?? 0) > step, `step ${step} is here while it trains`);
}

it('points arrive while it trains, and it pauses, goes on and stops with a checkpoint, which resumes elsewhere', async () => {
  const studio = open();
  const run = await beginOne(studio, LONG);
  await training(studio, run.id);
  expect(studio.store.series(run.id).some(({ count }) => count > 1)).toBe(true);
  studio.queue.pause(run.id, 'by hand');
  await until(() => studio.store.run(run.id)?.state === 'paused', 'it pauses');
  studio.queue.resume(run.id);
  await until(() => studio.store.run(run.id)?.state === 'running', 'it goes on');
  studio.stop(run.id, 'enough');
  await studio.queue.idle();
  const stopped = studio.store.run(run.id)!;
  expect(stopped).toMatchObject({ state: 'stopped', reason: 'enough' });
  studio.resume([stopped]);
  await training(studio, run.id, stopped.step + 200);
  studio.stop(run.id, 'enough again');
  await studio.queue.idle();
  expect(studio.store.run(run.id)).toMatchObject({ state: 'stopped', reason: 'enough again' });
});

it('a task that is killed is interrupted with the reason, and resumes to the numbers of one that is not', async () => {
  const config = { steps: 3000, logEvery: 50, evaluateEvery: 1000, checkpointSeconds: 0.1 };
  const one = { config, estimators: ['reinforce'], seeds: [1] };
  const studio = open();
  const run = await beginOne(studio, one);
  await training(studio, run.id);
  process.kill(holderOf(taskOf()), 'SIGKILL');
  await studio.queue.idle();
  const killed = studio.store.run(run.id)!;
  expect(killed.state).toBe('interrupted');
  expect(killed.reason).toMatch(/^its process \(\d+ on .*\) is gone/);
  studio.resume([killed]);
  await studio.queue.idle();
  const here = open(newFolder());
  const {
    runs: [ours],
  } = here.start(await here.prepare({ ...REQUEST, ...one }), 'here');
  await here.queue.idle();
  expect(runRemains(studio, run.id)).toEqual(runRemains(here, ours!.id));
});

it('a studio that is closed leaves its tasks alone; the next one follows them on, and takes the end home once', async () => {
  const first = open();
  const config = { steps: 4000, logEvery: 50, evaluateEvery: 1000 };
  const run = await beginOne(first, { config, estimators: ['reinforce'], seeds: [1] });
  await training(first, run.id);
  await first.close();
  expect(storedRun(dataDir)).toMatchObject({ state: 'running' });
  const second = open();
  expect(second.left()).toEqual([]);
  await second.queue.idle();
  expect(statesOf(second)).toEqual([['completed', '']]);
  const log = second.store.events(run.id).map(({ kind, message }) => `${kind} ${message}`);
  expect(log.filter((line) => line.startsWith('state'))).toEqual(['state running', 'state completed']);
  expect(new Set(log).size).toBe(log.length);
});

it('the folder of a task that is removed is said, and its run can be resumed', async () => {
  const studio = open();
  const run = await beginOne(studio, LONG);
  await training(studio, run.id);
  const task = taskOf();
  const pid = holderOf(task);
  rmSync(task, { recursive: true, force: true, maxRetries: 20 });
  process.kill(pid, 'SIGKILL');
  await studio.queue.idle();
  expect(studio.store.run(run.id)).toMatchObject({
    state: 'interrupted',
    reason: expect.stringContaining('is gone') as unknown,
  });
});

it('messages that were cut short end nothing by themselves: the run says it, and stops when it is asked to', async () => {
  const studio = open();
  const run = await beginOne(studio, LONG);
  await training(studio, run.id);
  truncateSync(join(taskOf(), 'messages.jsonl'), 100);
  await until(() => /messages\.jsonl/.test(studio.store.run(run.id)?.reason ?? ''), 'its reason says so');
  expect(studio.store.run(run.id)?.state).toBe('running');
  studio.stop(run.id, 'enough');
  await studio.queue.idle();
  expect(studio.store.run(run.id)?.state).toBe('stopped');
});

it('two studios share one folder, and each follows its own', async () => {
  const shared = newFolder();
  const executor = { ...inBackground, folder: shared };
  const one = { estimators: ['reinforce'], seeds: [1, 2] };
  const [ours, theirs] = [open(), open(newFolder())];
  await Promise.all([ours, theirs].map((studio) => begin(studio, one, executor)));
  await Promise.all([ours, theirs].map((studio) => studio.queue.idle()));
  for (const studio of [ours, theirs])
    expect(statesOf(studio)).toEqual([
      ['completed', ''],
      ['completed', ''],
    ]);
  await until(() => readdirSync(shared).length === 0, 'nothing is left in it');
});

it('a line that fails is the reason of the runs', async () => {
  const studio = open();
  await begin(studio, {}, { kind: 'command', command: 'echo no such queue >&2; exit 3 # {command}' });
  await studio.queue.idle();
  for (const [state, reason] of statesOf(studio)) {
    expect(state).toBe('failed');
    expect(reason).toMatch(/the command does not take it: .*exit code 3: no such queue/);
  }
});

it('a sweep with halving stops what falls behind where it is trained', async () => {
  const studio = open();
  const { comparison } = await begin(studio, {
    config: { steps: 3000, logEvery: 50, evaluateEvery: 100 },
    estimators: ['reinforce'],
    seeds: [1],
    sweep: { learningRate: [0.0001, 0.01, 0.1] },
    search: { halving: { min: 200, eta: 3 } },
  });
  await studio.queue.idle();
  const states = studio.store.runs({ comparison: comparison.id }).map(({ state }) => state);
  expect(states).toContain('stopped');
  expect(states).toContain('completed');
});
