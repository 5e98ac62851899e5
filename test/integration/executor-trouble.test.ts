/** What goes wrong around tasks: folders out of reach, full, or damaged; engines that do not answer. Each is a state with a reason. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, expect, onTestFinished } from 'vitest';
import type { ExecutorChoice } from '../../src/shared/executor.ts';
import { STORE_FILE, type Studio } from '../../src/studio/studio.ts';
import { holderHere } from '../../src/studio/executors/holder.ts';
import { MessageWriter } from '../../src/studio/executors/message-file.ts';
import { knownSubmissions } from '../../src/studio/executors/known-submissions.ts';
import { until } from '../support/cli.ts';
import {
  begin,
  beginOne,
  ENDLESS,
  holderOf,
  IN_BACKGROUND,
  inBackground,
  newFolder,
  onlyTaskOf,
  openStudio,
  statesOf,
  untilTraining,
} from '../support/executor-studio.ts';
import { needsLinux, where } from '../support/where.ts';

const { it } = where(needsLinux);

let dataDir: string;
beforeEach(() => {
  dataDir = newFolder();
});

const SOME = {
  config: { steps: 6000, logEvery: 50, evaluateEvery: 1000 },
  estimators: ['reinforce'],
  seeds: [1],
};

/** A studio that has handed one run over, and was closed while it trained. */
async function leave(request: object, executor: ExecutorChoice = inBackground): Promise<string> {
  const studio = openStudio(dataDir);
  const run = await beginOne(studio, request, executor);
  await untilTraining(studio, run.id, 100);
  await studio.close();
  return run.id;
}

const reasonOf = (studio: Studio, id: string) => studio.store.run(id)?.reason ?? '';
const hasEnded = (task: string) => readdirSync(task).some((name) => name.endsWith('.gsrun'));

it('a shared folder that is away when the studio opens: its runs say so, and are followed once it is back', async () => {
  const shared = newFolder();
  const id = await leave(SOME, { ...inBackground, folder: shared });
  const task = onlyTaskOf(dataDir);
  await until(() => hasEnded(task), 'its task ends meanwhile');
  const away = `${shared}-away`;
  renameSync(shared, away);
  onTestFinished(() => rmSync(away, { recursive: true, force: true }));
  const studio = openStudio(dataDir);
  await until(() => reasonOf(studio, id).startsWith('its task is out of reach'), 'it is said');
  expect(reasonOf(studio, id)).toMatch(/submission\.json.*; trying again in 1 s/);
  expect([studio.queue.stateOf(id), studio.store.run(id)?.state]).toEqual(['running', 'running']);
  renameSync(away, shared);
  await studio.queue.idle();
  expect(statesOf(studio)).toEqual([['completed', '']]);
});

it('a run whose shared folder is away can be stopped, which its task finds when the folder is back', async () => {
  const shared = newFolder();
  const id = await leave(ENDLESS, { ...inBackground, folder: shared });
  const away = `${shared}-away`;
  renameSync(shared, away);
  const studio = openStudio(dataDir);
  studio.stop(id, 'enough');
  await studio.queue.idle();
  expect(statesOf(studio)).toEqual([['stopped', 'enough']]);
  renameSync(away, shared);
  const task = join(shared, readdirSync(shared)[0]!, 'tasks', '0');
  await until(() => !existsSync(task) || hasEnded(task), 'its task ends');
});

it('a submission whose file is damaged is followed from what its tasks know, and not handed over again', async () => {
  const id = await leave(SOME);
  const folder = join(onlyTaskOf(dataDir), '..', '..');
  writeFileSync(join(folder, 'submission.json'), '{"version":1,"to');
  const notices: string[] = [];
  const studio = openStudio(dataDir, { onNotice: (message) => notices.push(message) });
  expect(notices).toEqual([expect.stringMatching(/submission\.json is not a submission.*rebuilt/)]);
  await studio.queue.idle();
  expect(studio.store.run(id)?.state).toBe('completed');
  const log = studio.store.events(id).map(({ message }) => message);
  expect(log.filter((message) => message === 'running')).toHaveLength(1);
});

it('of one that is damaged beyond repair is said what and where, and its runs are not trained a second time by themselves', async () => {
  const id = await leave(ENDLESS);
  const folder = join(onlyTaskOf(dataDir), '..', '..');
  writeFileSync(join(folder, 'tasks', '0', 'control.json'), '{"ask":"stop","reason":"the test is over"}');
  for (const name of ['submission.json', 'specs/0.json'])
    writeFileSync(join(folder, name), '{"version":1,"to');
  const studio = openStudio(dataDir);
  expect(studio.store.run(id)).toMatchObject({
    state: 'interrupted',
    reason: expect.stringContaining(join(folder, 'submission.json')) as unknown,
  });
  expect(studio.left().map((run) => run.id)).toEqual([id]);
});

it('a run whose row is damaged keeps no studio from opening, nor the others of its submission from their end', async () => {
  const studio = openStudio(dataDir);
  const first = await beginOne(studio, { ...SOME, seeds: [1, 2] });
  await untilTraining(studio, first.id, 100);
  await studio.close();
  const db = new Database(join(dataDir, STORE_FILE));
  db.prepare(`UPDATE runs SET name = 'altered' WHERE id = ?`).run(first.id);
  db.close();
  const second = openStudio(dataDir);
  await second.queue.idle();
  expect(statesOf(second)).toEqual([['completed', '']]);
  expect(second.store.damagedRun(first.id)).toBeDefined();
});

it('runs are deleted though their engine does not answer; the next studio cancels what is found of them', async () => {
  const answers = join(newFolder(), 'answers');
  const cancel = `[ -e ${answers} ] || { echo the server is down >&2; exit 1; }; echo {id} >> ${answers}; kill {id}`;
  // What the engine knows is another process.
  const command = `setsid sleep 1000 > /dev/null 2>&1 & echo $!; ${IN_BACKGROUND.replace('& echo $!', '&')}`;
  const studio = openStudio(dataDir);
  const run = await beginOne(studio, ENDLESS, { kind: 'command', command, cancel });
  await untilTraining(studio, run.id, 100);
  await studio.close();
  const task = onlyTaskOf(dataDir);
  // One that hangs does not look into its folder.
  const pid = holderOf(task);
  process.kill(pid, 'SIGSTOP');
  onTestFinished(() => void process.kill(pid, 'SIGCONT'));
  const notices: string[] = [];
  const deleting = openStudio(dataDir, { onNotice: (message) => notices.push(message) });
  await deleting.queue.dispatcher.discard([run.id]);
  deleting.store.removeRuns([run.id]);
  await deleting.close();
  expect(notices).toEqual([expect.stringMatching(/not cancelled \(.*the server is down.*next studio/)]);
  writeFileSync(answers, '');
  openStudio(dataDir);
  await until(() => /^\d+\n$/.test(readFileSync(answers, 'utf8')), 'its engine is asked again');
});

it('a line that does not cancel is in the log of the run', async () => {
  const cancel = 'echo no such job >&2; exit 9';
  const studio = openStudio(dataDir);
  const run = await beginOne(studio, ENDLESS, { kind: 'command', command: IN_BACKGROUND, cancel });
  await untilTraining(studio, run.id, 100);
  // Its folder is not asked: that would end it before its engine is.
  const task = onlyTaskOf(dataDir);
  rmSync(join(task, 'control.json'), { force: true });
  execFileSync('mkdir', [join(task, 'control.json')]);
  studio.stop(run.id, 'enough');
  const said = () => studio.store.events(run.id).map(({ message }) => message);
  await until(() => said().some((message) => message.includes('no such job')), 'the log has it');
  expect(said()).toContainEqual(
    expect.stringMatching(/^warning: the line that cancels: it ended with exit code 9: no such job/),
  );
  rmSync(join(task, 'control.json'), { recursive: true });
  writeFileSync(join(task, 'control.json'), '{"ask":"stop","reason":"enough"}');
  await studio.queue.idle();
  expect(statesOf(studio)).toEqual([['stopped', 'enough']]);
});

it('the clock of a machine that is an hour off changes nothing but what it says of itself', async () => {
  // What hands over trains nothing: the test writes what a task would.
  const studio = openStudio(dataDir);
  const began = Date.now();
  const { runs } = await begin(
    studio,
    { estimators: ['reinforce'], seeds: [1], backend: 'tensorflow' },
    { kind: 'command', command: 'true {command}' },
  );
  const id = runs[0]!.id;
  await until(() => knownSubmissions(dataDir).submissions[0]?.jobs?.length === 1, 'it is handed over');
  const progress = { step: 10, steps: 60, seconds: 1, stepsPerSecond: 10, evaluations: 10 };
  const last = { loss: 2 };
  const task = onlyTaskOf(dataDir);
  writeFileSync(join(task, 'claim.json'), JSON.stringify(holderHere({})));
  const writer = await MessageWriter.open(join(task, 'messages.jsonl'), () => undefined);
  await writer.append([
    {
      ...{ type: 'metrics', runId: id, madeAt: began + 3_600_000, pictures: [], last, progress },
      points: [{ series: 'loss', steps: Float64Array.of(10), values: Float64Array.of(2) }],
    },
    { type: 'ended', runId: id, state: 'completed', reason: '', progress, last },
  ]);
  await writer.close();
  await studio.queue.idle();
  const run = studio.store.run(id)!;
  expect(run).toMatchObject({ state: 'completed', step: 10, seconds: 1 });
  for (const time of [run.startedAt, run.endedAt, ...studio.store.events(id).map(({ at }) => at)]) {
    expect(time).toBeGreaterThanOrEqual(began);
    expect(time).toBeLessThanOrEqual(Date.now());
  }
});
