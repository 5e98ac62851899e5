/**
 * A shared folder that misbehaves while tasks of a simulated Slurm write into it: files that cannot be read for a while, garbage, and what
 * belongs to another task. Each is a state with a reason; what was good before is kept, and nothing of it is taken for what it is not.
 */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { sha256 } from '../../src/node/digest.ts';
import { attemptFolder, checkpointPath } from '../../src/node/run-folder.ts';
import { CHECKPOINT_FILE, checkpointMetadata, freshLoop } from '../../src/shared/checkpoint.ts';
import type { Unnumbered } from '../../src/shared/jobs.ts';
import { joinSafetensors } from '../../src/shared/safetensors.ts';
import { taskFiles } from '../../src/shared/task.ts';
import type { FromRun } from '../../src/shared/training-session.ts';
import { lineOf } from '../../src/studio/executors/message-line.ts';
import { createExecutors } from '../../src/studio/executors/registry.ts';
import { SlurmExecutor } from '../../src/studio/executors/slurm.ts';
import type { Studio } from '../../src/studio/studio.ts';
import { until } from '../support/cli.ts';
import { begin, newFolder, onlyTaskOf, openStudio, untilTraining } from '../support/executor-studio.ts';
import { SimulatedSlurm } from '../support/simulated-slurm.ts';

let slurm: SimulatedSlurm;
let dataDir: string;
beforeEach(() => {
  slurm = new SimulatedSlurm(join(newFolder(), 'slurm'));
  dataDir = newFolder();
});

function open(): Studio {
  const executor = new SlurmExecutor({ env: slurm.env, timeLimit: 1000 });
  const others = createExecutors();
  return openStudio(dataDir, { executors: (kind) => (kind === 'slurm' ? executor : others(kind)) });
}

/** Tasks that Slurm runs, and that have said what they are at step 10. */
async function training(studio: Studio, seeds: readonly number[]) {
  const request = { estimators: ['reinforce'], seeds, backend: 'tensorflow' };
  const { runs } = await begin(studio, request, { kind: 'slurm', cpus: 1, options: [] });
  await until(
    () => runs.every(({ id }) => reasonOf(studio, id).startsWith('PENDING')),
    'they are handed over',
  );
  const tasks = runs.map(({ id }, number) => ({ id, folder: onlyTaskOf(dataDir, number) }));
  for (const task of tasks) say(task, metrics(task.id, 10));
  allAre('RUNNING');
  for (const { id } of runs) await untilTraining(studio, id, 9);
  return tasks;
}

type Task = Awaited<ReturnType<typeof training>>[number];

function allAre(state: string): void {
  const [, , , , , , , name = ''] = slurm.queued()[0]!.split('|');
  const last = Math.max(...slurm.queued().map((line) => Number(line.split('|')[2])));
  slurm.queue([{ job: 1, first: 0, last, state, node: 'n1', name }]);
}

const messagesOf = ({ folder }: Task) => join(folder, taskFiles.messages);
const reasonOf = (studio: Studio, id: string) => studio.store.run(id)?.reason ?? '';

function say(task: Task, ...messages: readonly Unnumbered<FromRun>[]): void {
  for (const message of messages) appendFileSync(messagesOf(task), lineOf({ ...message, seq: 1 }));
}

function metrics(runId: string, step: number): Extract<Unnumbered<FromRun>, { type: 'metrics' }> {
  const progress = { step, steps: 60, seconds: 1, stepsPerSecond: 10, evaluations: 10 };
  const points = [{ series: 'loss', steps: Float64Array.of(step), values: Float64Array.of(step) }];
  return { type: 'metrics', runId, madeAt: Date.now(), points, pictures: [], last: { loss: step }, progress };
}

function ended(runId: string): Unnumbered<FromRun> {
  const { progress, last } = metrics(runId, 60);
  return { type: 'ended', runId, state: 'completed', reason: '', progress, last };
}

/** @param of whose it is; absent: as an earlier version left it */
function leaveCheckpoint({ folder }: Task, of?: string): Uint8Array {
  const bytes = new Uint8Array(Float32Array.of(1, 2).buffer);
  const tensor = { name: 'parameter/logits', shape: [2], type: 'F32' as const, bytes };
  const file = joinSafetensors([tensor], checkpointMetadata({ ...freshLoop, step: 50 }, of), sha256);
  mkdirSync(attemptFolder(folder, 1), { recursive: true });
  writeFileSync(join(attemptFolder(folder, 1), CHECKPOINT_FILE), file);
  return file;
}

it('messages that cannot be read for a while, as a folder has their name, are read on once they can', async () => {
  const studio = open();
  const [task] = await training(studio, [1]);
  renameSync(messagesOf(task!), `${messagesOf(task!)}.aside`);
  mkdirSync(messagesOf(task!));
  await until(
    () => /messages\.jsonl (?:cannot be read \(E\w+\)|has \d+ bytes)/.test(reasonOf(studio, task!.id)),
    'it is said',
  );
  expect(studio.store.run(task!.id)?.state).toBe('running');
  rmdirSync(messagesOf(task!));
  renameSync(`${messagesOf(task!)}.aside`, messagesOf(task!));
  say(task!, metrics(task!.id, 60), ended(task!.id));
  allAre('COMPLETED');
  await studio.queue.idle();
  expect(studio.store.run(task!.id)).toMatchObject({ state: 'completed', reason: '' });
  expect([...studio.store.readSeries(task!.id, 'loss').steps]).toEqual([10, 60]);
});

it('garbage after good messages, and messages of another task: what is good is kept, and the end says what is not', async () => {
  const studio = open();
  const [spoiled, mixed, cut] = await training(studio, [1, 2, 3]);
  appendFileSync(messagesOf(spoiled!), '\u0001garbage of a block that another file had\n');
  say(spoiled!, metrics(spoiled!.id, 60), ended(spoiled!.id));
  // As of a task that was given the wrong folder.
  say(mixed!, metrics(cut!.id, 60), ended(cut!.id));
  leaveCheckpoint(mixed!, cut!.id);
  leaveCheckpoint(cut!, cut!.id);
  appendFileSync(messagesOf(cut!), lineOf({ ...metrics(cut!.id, 60), seq: 2 }).subarray(0, 40));
  allAre('COMPLETED');
  await studio.queue.idle();
  const runs = [spoiled, mixed, cut].map((task) => studio.store.run(task!.id)!);
  expect(runs.map(({ state, reason, step }) => [state, reason, step])).toEqual([
    [
      'interrupted',
      expect.stringMatching(
        /its messages have not; .*the line at byte \d+ is damaged \(its checksum differs\)/,
      ),
      10,
    ],
    [
      'interrupted',
      expect.stringMatching(new RegExp(`it is a message about run ${cut!.id}, not ${mixed!.id}`)),
      10,
    ],
    ['interrupted', 'it has ended, but its messages have not', 10],
  ]);
  for (const { id } of runs) expect([...studio.store.readSeries(id, 'loss').steps]).toEqual([10]);
  const taken = ({ id }: Task) => existsSync(checkpointPath(join(dataDir, 'runs', id)));
  expect([taken(mixed!), taken(cut!)]).toEqual([false, true]);
});

it('a task folder that cannot be looked at is not gone: its checkpoint is waited for', async () => {
  const studio = open();
  const [task] = await training(studio, [1]);
  const checkpoint = leaveCheckpoint(task!);
  const aside = join(newFolder(), 'aside');
  renameSync(task!.folder, aside);
  // Whoever looks is told ELOOP: neither that it is there nor that it is not.
  symlinkSync(task!.folder, task!.folder);
  allAre('NODE_FAIL');
  await until(() => reasonOf(studio, task!.id).startsWith('its files are out of reach'), 'it is said');
  expect(studio.store.run(task!.id)?.state).toBe('running');
  rmSync(task!.folder);
  renameSync(aside, task!.folder);
  await studio.queue.idle();
  expect(studio.store.run(task!.id)).toMatchObject({ state: 'interrupted', reason: 'NODE_FAIL' });
  expect(readFileSync(checkpointPath(join(dataDir, 'runs', task!.id))).equals(checkpoint)).toBe(true);
});

it('a submission whose own file cannot be read when the studio opens is out of reach, and not handed over again', async () => {
  const first = open();
  const [task] = await training(first, [1]);
  await first.close();
  const file = join(task!.folder, '..', '..', 'submission.json');
  const text = readFileSync(file);
  rmSync(file);
  mkdirSync(file);
  const second = open();
  await until(() => reasonOf(second, task!.id).startsWith('its task is out of reach'), 'it is said');
  rmdirSync(file);
  writeFileSync(file, text);
  say(task!, metrics(task!.id, 60), ended(task!.id));
  allAre('COMPLETED');
  await second.queue.idle();
  expect(second.store.run(task!.id)).toMatchObject({ state: 'completed', step: 60 });
  expect(slurm.queued()).toHaveLength(1);
});

it('squeue that hangs changes no state, and what happened meanwhile is found', async () => {
  const studio = open();
  const [task] = await training(studio, [1]);
  slurm.trouble('sleep 600');
  await until(
    () => reasonOf(studio, task!.id).startsWith('Slurm does not answer (squeue did not answer within 1 s)'),
    'it is said',
  );
  expect(studio.store.run(task!.id)?.state).toBe('running');
  say(task!, metrics(task!.id, 60), ended(task!.id));
  await studio.queue.idle();
  expect(studio.store.run(task!.id)).toMatchObject({ state: 'completed', reason: '' });
});
