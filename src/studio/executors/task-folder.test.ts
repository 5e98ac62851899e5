import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { comparisonRecord, runRecord } from '../../../test/fixtures/runs.ts';
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts';
import { sha256 } from '../../node/digest.ts';
import { checkpointPath } from '../../node/run-folder.ts';
import { CHECKPOINT_FILE, checkpointMetadata, freshLoop, ORIGIN_FILE } from '../../shared/checkpoint.ts';
import type { ExecutorChoice } from '../../shared/executor.ts';
import { joinSafetensors } from '../../shared/safetensors.ts';
import { beginAttempt, takeAttempt } from '../files/attempts.ts';
import {
  readSubmission,
  recordJobs,
  repairSubmission,
  submissionFolders,
  writeSubmission,
  type NewTask,
} from './submission.ts';
import {
  checkpointToTake,
  readControl,
  readSpec,
  specPath,
  taskFolder,
  writeControl,
} from './task-folder.ts';

const choice: ExecutorChoice = { kind: 'command', command: 'bsub {command}' };
const comparison = { ...comparisonRecord, executor: choice };

function checkpointOf(step: number, of?: string): Uint8Array {
  const bytes = new Uint8Array(Float32Array.of(step, -step).buffer);
  const tensor = { name: 'parameter/logits', shape: [2], type: 'F32' as const, bytes };
  return joinSafetensors([tensor], checkpointMetadata({ ...freshLoop, step }, of), sha256);
}

/** The folder of a run, whose checkpoint is of that step. */
function runFolder(step?: number): string {
  const folder = join(temporaryFolder(), 'run');
  mkdirSync(folder);
  if (step !== undefined) writeFileSync(join(beginAttempt(folder), CHECKPOINT_FILE), checkpointOf(step));
  return folder;
}

function submit(parent: string, ...folders: readonly string[]) {
  const tasks = folders.map((folder, n): NewTask => ({
    run: { ...runRecord, id: `k3f9x2ab-0${n}` },
    lines: { optimum: 12.5 },
    canary: n === 0 ? { steps: 20, sha256: 'ab'.repeat(32), cpu: 'a processor' } : null,
    runFolder: folder,
  }));
  return writeSubmission(parent, { choice, comparison, studio: '0.1.0', tasks });
}

it('a submission has a spec and a folder for each task, with what its run goes on from', async () => {
  const parent = join(temporaryFolder(), 'submissions');
  const forked = runFolder();
  writeFileSync(join(forked, ORIGIN_FILE), checkpointOf(7));
  const written = await submit(parent, runFolder(), forked, runFolder(30), '/nowhere');
  expect(readdirSync(parent)).toEqual([written.token]);
  const { folder } = written;
  const spec = readSpec(specPath(folder, 0));
  expect(spec).toEqual({
    ...{ version: 1, token: written.token, task: 0, studio: '0.1.0', comparison },
    ...{ run: { ...runRecord, id: 'k3f9x2ab-00' }, lines: { optimum: 12.5 } },
    canary: { steps: 20, sha256: 'ab'.repeat(32), cpu: 'a processor' },
    inputs: [],
  });
  const remains = [0, 1, 2, 3].map((task) => readdirSync(taskFolder(folder, task)));
  expect(remains).toEqual([[], [ORIGIN_FILE], ['attempt-1'], []]);
  expect(readFileSync(checkpointPath(taskFolder(folder, 2))).equals(checkpointOf(30))).toBe(true);
});

it('submissions are found again, with the jobs that were made for them', async () => {
  const parent = temporaryFolder();
  expect(submissionFolders(join(parent, 'not there'))).toEqual([]);
  const first = await submit(parent, '/nowhere', '/nowhere');
  expect(submissionFolders(parent).map(readSubmission)).toEqual([first]);
  expect(first).toMatchObject({ tasks: 2, jobs: null, runs: ['k3f9x2ab-00', 'k3f9x2ab-01'] });
  const jobs = [{ id: '4711', first: 0, count: 2 }];
  recordJobs(first.folder, jobs);
  mkdirSync(join(parent, 'something else'));
  expect(submissionFolders(parent).map(readSubmission)).toEqual([{ ...first, jobs }]);
});

it('the file of a submission that is damaged is made again from its tasks, to be handed over under the same token', async () => {
  const { folder, ...first } = await submit(temporaryFolder(), '/nowhere', '/nowhere');
  recordJobs(folder, [{ id: '4711', first: 0, count: 2 }]);
  writeFileSync(join(folder, 'submission.json'), '{"version": 1, "tok');
  expect(() => readSubmission(folder)).toThrow(/submission\.json is not a submission: .*cut off/);
  const createdAt = expect.any(Number) as unknown;
  expect(repairSubmission(folder)).toEqual({ ...first, folder, createdAt });
  expect(readSubmission(folder)).toEqual({ ...first, folder, createdAt });
  writeFileSync(join(folder, 'specs', '1.json'), '{"version": 1, "tok');
  expect(() => repairSubmission(folder)).toThrow(/1\.json is not the spec of a task/);
});

it('nothing is left of a submission that could not be written', async () => {
  const parent = temporaryFolder();
  // A checkpoint that is no file cannot be copied.
  const strange = runFolder();
  mkdirSync(join(beginAttempt(strange), CHECKPOINT_FILE));
  await expect(submit(parent, runFolder(30), strange)).rejects.toThrow();
  expect(readdirSync(parent)).toEqual([]);
});

it('what a task is asked is read whole or not at all', () => {
  const folder = temporaryFolder();
  expect(readControl(folder)).toBeUndefined();
  writeControl(folder, { ask: 'pause', reason: 'by hand' });
  expect(readControl(folder)).toEqual({ ask: 'pause', reason: 'by hand' });
  writeFileSync(join(folder, 'control.json'), '{"ask": "st');
  expect(readControl(folder)).toBeUndefined();
});

/** @returns whether there was one */
async function takeCheckpoint(task: string, run: string, id = 'k3f9x2ab-00'): Promise<boolean> {
  const checkpoint = await checkpointToTake(task, run, id);
  if (checkpoint !== undefined) await takeAttempt(run, checkpoint);
  return checkpoint !== undefined;
}

it('a checkpoint comes back as the next attempt of the run, once', async () => {
  const task = runFolder(40);
  const run = runFolder(30);
  expect(await takeCheckpoint(task, run)).toBe(true);
  expect(readFileSync(checkpointPath(run)).equals(checkpointOf(40))).toBe(true);
  expect(readdirSync(run)).toEqual(['attempt-2']);
  expect(await takeCheckpoint(task, run)).toBe(false);
  expect(await takeCheckpoint(runFolder(), run)).toBe(false);
  // The run was resumed here meanwhile.
  expect(await takeCheckpoint(runFolder(35), run)).toBe(false);
  expect(readdirSync(run)).toEqual(['attempt-2']);
});

it('a run that was never here gets its checkpoint, too', async () => {
  const run = join(temporaryFolder(), 'runs', 'new');
  expect(await takeCheckpoint(runFolder(40), run)).toBe(true);
  expect(readFileSync(checkpointPath(run)).equals(checkpointOf(40))).toBe(true);
});

it('a checkpoint of another run is refused, however far it has come, and one here gives way', async () => {
  const [task, run] = [runFolder(40), runFolder(50)];
  writeFileSync(checkpointPath(task), checkpointOf(40, 'k3f9x2ab-01'));
  await expect(takeCheckpoint(task, run)).rejects.toMatchObject({
    kind: 'conflict',
    message: `${checkpointPath(task)}: this is the checkpoint of run k3f9x2ab-01, not of k3f9x2ab-00; clone the run to train it anew`,
  });
  expect(await takeCheckpoint(task, run, 'k3f9x2ab-01')).toBe(false);
  writeFileSync(checkpointPath(run), checkpointOf(50, 'k3f9x2ab-00'));
  expect(await takeCheckpoint(task, run, 'k3f9x2ab-01')).toBe(true);
});

it('a checkpoint that was cut off anywhere takes no good one away', async () => {
  const task = runFolder(40);
  const run = runFolder(30);
  const path = checkpointPath(task);
  const { length } = checkpointOf(40);
  for (let end = length - 1; end >= 0; end -= 1) {
    truncateSync(path, end);
    await expect(takeCheckpoint(task, run)).rejects.toThrow(path);
  }
  expect(readFileSync(checkpointPath(run)).equals(checkpointOf(30))).toBe(true);
});
