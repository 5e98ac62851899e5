/** Studios that are killed while an executor trains: the next one finds every run, hands none over twice, and takes each end home once. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect } from 'vitest';
import { cli, startCli, storedRun, until } from '../support/cli.ts';
import {
  begin,
  beginOne,
  holderOf,
  IN_BACKGROUND,
  newFolder,
  onlyTaskOf,
  openStudio,
  statesOf,
} from '../support/executor-studio.ts';
import { runRemains } from '../support/run-remains.ts';
import { needsLinux, where } from '../support/where.ts';
import type { Studio } from '../../src/studio/studio.ts';

const { it } = where(needsLinux);

let dataDir: string;
let calls: string;
beforeEach(() => {
  dataDir = newFolder();
  calls = join(newFolder(), 'calls');
});

/** Each task that is handed over is a line of the file `calls`. */
const counted = (rest = '') => `echo {name} >> ${calls}; ${IN_BACKGROUND}${rest}`;
const handedOver = () => (existsSync(calls) ? readFileSync(calls, 'utf8').trimEnd().split('\n') : []);

/** `run` in a process of its own, for two seeds of one estimator. */
function startRun(command: string, steps: number, seeds = '1-2') {
  return startCli([
    ...['run', '--data-dir', dataDir, '--problem', 'toy-categorical', '--estimator', 'reinforce'],
    ...['--seeds', seeds, '--set', `steps=${steps}`, '--set', 'logEvery=50', '--set', 'evaluateEvery=1000'],
    ...['--backend', 'wasm', '--executor', 'command', '--executor-command', command],
  ]);
}

async function kill({ child, result }: ReturnType<typeof startCli>): Promise<void> {
  child.kill('SIGKILL');
  await result;
}

function expectEachEndedOnce(studio: Studio): void {
  for (const { id } of studio.store.runs()) {
    const log = studio.store.events(id).map(({ kind, message }) => `${kind} ${message}`);
    expect(log.filter((line) => line.startsWith('state '))).toEqual(['state running', 'state completed']);
    expect(new Set(log).size).toBe(log.length);
  }
}

it('killed before the engine has answered: what it took and what it did not is handed over once', async () => {
  const gate = join(newFolder(), 'gate');
  // The first task is taken; its answer, and the second task, come when there is a gate.
  const first = startRun(
    `case {name} in *-1) until [ -e ${gate} ]; do sleep 0.05; done;; esac; ${counted(`; until [ -e ${gate} ]; do sleep 0.05; done`)}`,
    3000,
  );
  await until(() => handedOver().length === 1, 'the first task is handed over');
  await until(() => existsSync(join(onlyTaskOf(dataDir), 'claim.json')), 'it begins');
  await kill(first);
  expect(storedRun(dataDir)?.state).toMatch(/queued|running/);
  const studio = openStudio(dataDir);
  writeFileSync(gate, '');
  await studio.queue.idle();
  expect(statesOf(studio)).toEqual([
    ['completed', ''],
    ['completed', ''],
  ]);
  expectEachEndedOnce(studio);
  // The line of the studio that was killed may have come to its end as well: its task finds that another one has its place.
  expect(handedOver().filter((name) => name.endsWith('-0'))).toHaveLength(1);
});

it.each([
  ['while tasks train', false],
  ['and their tasks end before the next one opens', true],
])('killed %s: each end is taken home once, with all of its points', async (_when, over) => {
  const first = startRun(counted(), 3000);
  await until(() => (storedRun(dataDir)?.step ?? 0) > 100, 'points are here');
  await kill(first);
  const tasks = [0, 1].map((number) => onlyTaskOf(dataDir, number));
  const isOver = (task: string) => readdirSync(task).some((name) => name.endsWith('.gsrun'));
  if (over) await until(() => tasks.every(isOver), 'the tasks are over');
  const studio = openStudio(dataDir);
  await studio.queue.idle();
  expect(statesOf(studio)).toEqual([
    ['completed', ''],
    ['completed', ''],
  ]);
  expectEachEndedOnce(studio);
  expect(handedOver()).toHaveLength(2);
  const here = openStudio(newFolder());
  const [run] = studio.store.runs();
  const config = { steps: 3000, logEvery: 50, evaluateEvery: 1000 };
  await begin(here, { config, estimators: ['reinforce'], seeds: [1, 2], executor: undefined });
  await here.queue.idle();
  const ours = here.store.runs().find(({ spec }) => spec.seed === run?.spec.seed);
  expect(runRemains(studio, run!.id)).toEqual(runRemains(here, ours!.id));
});

it('killed before there is a submission: the runs are queued for whoever looks, and the next studio hands them over', async () => {
  const first = openStudio(dataDir);
  const run = await beginOne(first, { estimators: ['reinforce'], seeds: [1] });
  await first.close();
  expect(existsSync(join(dataDir, 'submissions'))).toBe(false);
  // As a studio leaves it that is killed while it writes.
  mkdirSync(join(dataDir, 'submissions', '.abcdefghij.0123456789ab.tmp', 'specs'), { recursive: true });
  const { stdout, stderr } = await cli(['list', '--data-dir', dataDir]);
  expect(stdout).toMatch(/queued +command/);
  expect(stderr).not.toContain('left by an earlier session');
  const second = openStudio(dataDir);
  expect(readdirSync(join(dataDir, 'submissions'))).not.toContain('.abcdefghij.0123456789ab.tmp');
  expect(second.queue.stateOf(run.id)).toBe('queued');
  await second.queue.idle();
  expect(statesOf(second)).toEqual([['completed', '']]);
});

it('runs that are stopped while their submission is made are in none, and can be resumed', async () => {
  const studio = openStudio(dataDir);
  const command = counted();
  const { runs } = await begin(
    studio,
    { estimators: ['reinforce'], seeds: [1, 2] },
    { kind: 'command', command },
  );
  studio.stop(runs[0]!.id, 'not this one');
  expect(studio.queue.stateOf(runs[0]!.id)).toBeUndefined();
  await studio.queue.idle();
  const states = runs.map(({ id }) => studio.store.run(id)?.state);
  expect(states).toEqual(['stopped', 'completed']);
  studio.resume([studio.store.run(runs[0]!.id)!]);
  await studio.queue.idle();
  expect(studio.store.run(runs[0]!.id)?.state).toBe('completed');
});

it('a process that has the number of an earlier one is no task', async () => {
  const studio = openStudio(dataDir);
  const config = { steps: 1_000_000, logEvery: 100, evaluateEvery: 100_000 };
  const run = await beginOne(studio, { config, estimators: ['reinforce'], seeds: [1] });
  await until(() => (studio.store.run(run.id)?.step ?? 0) > 100, 'it trains');
  const task = onlyTaskOf(dataDir);
  const claim = join(task, 'claim.json');
  const pid = holderOf(task);
  // As if the machine had given the number to this process.
  writeFileSync(claim, readFileSync(claim, 'utf8').replace(`"pid":${pid}`, `"pid":${process.pid}`));
  process.kill(pid, 'SIGKILL');
  await studio.queue.idle();
  expect(studio.store.run(run.id)).toMatchObject({
    state: 'interrupted',
    reason: expect.stringContaining('is gone') as unknown,
  });
});
