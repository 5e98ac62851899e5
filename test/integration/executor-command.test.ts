/** Runs that the command executor hands to processes of this machine: real trainers, real files, studios that come and go. */
import { readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect } from 'vitest';
import { MessageReader } from '../../src/studio/executors/message-file.ts';
import { storedRun, until } from '../support/cli.ts';
import {
  begin,
  beginOne,
  ENDLESS,
  holderOf,
  inBackground,
  newFolder,
  onlyTaskOf,
  openStudio,
  remainsHere,
  statesOf,
  untilTraining,
} from '../support/executor-studio.ts';
import { runRemains } from '../support/run-remains.ts';
import { needsLinux, where } from '../support/where.ts';

const { it } = where(needsLinux);

let dataDir: string;
beforeEach(() => {
  dataDir = newFolder();
});

const open = (folder = dataDir) => openStudio(folder);
const submissionsOf = (folder = dataDir) => readdirSync(join(folder, 'submissions'));
const taskOf = () => onlyTaskOf(dataDir);

it('six runs are those of the local queue bit for bit, and leave no submission behind', async () => {
  const studio = open();
  const { runs, comparison } = await begin(studio);
  expect(comparison).toMatchObject({ executor: inBackground, backend: 'wasm' });
  await studio.queue.idle();
  expect(statesOf(studio)).toEqual(runs.map(() => ['completed', '']));
  expect(runs.map(({ id }) => runRemains(studio, id))).toEqual(await remainsHere({}));
  await until(() => submissionsOf().length === 0, 'the submission is removed');
});

it('points arrive while it trains, and it pauses, goes on and stops with a checkpoint, which resumes elsewhere', async () => {
  const studio = open();
  const run = await beginOne(studio, ENDLESS);
  await untilTraining(studio, run.id);
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
  await untilTraining(studio, run.id, stopped.step + 200);
  studio.stop(run.id, 'enough again');
  await studio.queue.idle();
  expect(studio.store.run(run.id)).toMatchObject({ state: 'stopped', reason: 'enough again' });
});

it('a task that is killed is interrupted with the reason, and resumes to the numbers of one that is not', async () => {
  const config = { steps: 3000, logEvery: 50, evaluateEvery: 1000, checkpointSeconds: 0.1 };
  const one = { config, estimators: ['reinforce'], seeds: [1] };
  const studio = open();
  const run = await beginOne(studio, one);
  await untilTraining(studio, run.id);
  process.kill(holderOf(taskOf()), 'SIGKILL');
  await studio.queue.idle();
  const killed = studio.store.run(run.id)!;
  expect(killed.state).toBe('interrupted');
  expect(killed.reason).toMatch(/^its process \(\d+ on .*\) is gone/);
  studio.resume([killed]);
  await studio.queue.idle();
  expect([runRemains(studio, run.id)]).toEqual(await remainsHere(one));
});

it('a studio that is closed leaves its tasks alone; the next one follows them on, and takes the end home once', async () => {
  const first = open();
  const config = { steps: 4000, logEvery: 50, evaluateEvery: 1000 };
  const run = await beginOne(first, { config, estimators: ['reinforce'], seeds: [1] });
  await untilTraining(first, run.id);
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
  const run = await beginOne(studio, ENDLESS);
  await untilTraining(studio, run.id);
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

/** How many points a task has said so far. */
async function pointsIn(messages: string): Promise<number> {
  const reading = await new MessageReader(messages).read();
  const metrics = reading.messages.filter((message) => message.type === 'metrics');
  return metrics.flatMap(({ points }) => points).reduce((sum, { steps }) => sum + steps.length, 0);
}

it('messages that were cut short end nothing by themselves: the run says it, and stops when it is asked to', async () => {
  const studio = open();
  const run = await beginOne(studio, ENDLESS);
  await untilTraining(studio, run.id);
  const task = taskOf();
  const messages = join(task, 'messages.jsonl');
  process.kill(holderOf(task), 'SIGSTOP');
  // Whoever writes goes on where it was: what is cut must have been read before.
  const written = await pointsIn(messages);
  const stored = () => studio.store.series(run.id).reduce((sum, { count }) => sum + count, 0);
  await until(() => stored() >= written, 'everything is read');
  truncateSync(messages, 100);
  await until(() => /messages\.jsonl/.test(studio.store.run(run.id)?.reason ?? ''), 'its reason says so');
  expect(studio.store.run(run.id)?.state).toBe('running');
  process.kill(holderOf(task), 'SIGCONT');
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
    expect(reason).toMatch(/the command refused it: .*exit code 3: no such queue/);
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
