/** Runs without a studio: a task trains what the queue would, bit for bit, through whatever its machine does to it. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { attemptsIn, checkpointPath } from '../../src/node/run-folder.ts';
import { trainCanary } from '../../src/studio/jobs/canary.ts';
import { writeControl } from '../../src/studio/executors/task-folder.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { cli, cliJson, startCli, tempFolder, trainersOf, until, type RunningCli } from '../support/cli.ts';
import {
  exportedHere,
  handOver,
  lastStepOf,
  messagesOf,
  numbersOf,
  startHere,
  trainedHere,
  type Planned,
  type Task,
} from '../support/tasks.ts';
import { needsUnix, where } from '../support/where.ts';

const { describe, it } = where(needsUnix);

const here = tempFolder();
let studio: Studio;
beforeAll(() => {
  studio = createStudio({ dataDir: join(here.path, 'data'), program: 'test', concurrency: 2 });
});
afterAll(async () => {
  await studio.close();
  here.remove();
});

const toy = { problem: 'toy-categorical', backend: 'wasm', variants: [], seeds: [1] };
const small = { ...toy, estimators: ['reinforce'], config: { steps: 120, evaluateEvery: 20, logEvery: 5 } };
/** Some seconds, with a checkpoint every tenth. */
const long = {
  ...toy,
  estimators: ['reinforce'],
  config: { steps: 4000, evaluateEvery: 500, logEvery: 5, checkpointSeconds: 0.1 },
};
const menu = {
  ...{ problem: 'menu-auction', preset: 'smoke', backend: 'wasm', variants: [], seeds: [3] },
  estimators: ['st-gumbel-softmax'],
};
const shortMenu = { steps: 200, batch: 16, options: 8, evaluateEvery: 50 };

let count = 0;
const parent = () => join(here.path, `submissions-${(count += 1)}`);
const runTask = (task: Task, env = {}) => cli(task.command, { env });
const statesOf = async (task: Task) =>
  (await messagesOf(task)).flatMap((message) => (message.type === 'ended' ? [message.state] : []));
const logOf = async (task: Task) =>
  (await messagesOf(task)).flatMap((message) => (message.type === 'log' ? [message.message] : []));

it.each([
  ['a toy', small],
  ['a menu', { ...menu, config: shortMenu }],
  ['a menu that keeps pictures', { ...menu, config: { ...shortMenu, picturesEvery: 40 } }],
])('%s has the numbers that it has here', async (_name, request) => {
  const planned = await startHere(studio, request);
  const [task] = await handOver(parent(), planned);
  const [result] = await Promise.all([
    runTask(task!, { HOME: '', XDG_DATA_HOME: '', XDG_CACHE_HOME: '' }),
    trainedHere(studio, planned),
  ]);
  expect(result).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^completed at step \d+\n$/) as string,
  });
  const local = await exportedHere(studio, task!.run, parent());
  expect(numbersOf(task!.file)).toEqual(local);
  expect(local.parameters.length).toBeGreaterThan(0);
  expect(local.pictures.length > 0).toBe('picturesEvery' in request.config);
  expect(readdirSync(task!.folder).sort()).toEqual(
    ['attempt-1', 'claim.json', 'messages.jsonl', `${task!.run.id}.gsrun`].sort(),
  );
  // Anybody can take it in.
  const other = join(parent(), 'data');
  await cliJson(['import', task!.file, '--data-dir', other]);
  const listed = await cliJson<{ runs: { id: string }[] }>(['list', '--data-dir', other]);
  expect(listed.runs.map(({ id }) => id)).toEqual([task!.run.id]);
});

describe('a task that is disturbed', () => {
  let planned: Planned;
  let local: Awaited<ReturnType<typeof exportedHere>>;
  beforeAll(async () => {
    planned = await startHere(studio, long);
    await trainedHere(studio, planned);
    local = await exportedHere(studio, planned.runs[0]!, parent());
  });
  const newTask = async () => (await handOver(parent(), planned))[0]!;

  async function begun(task: Task, beyond = 0): Promise<RunningCli> {
    const running = startCli(task.command);
    await until(async () => (await lastStepOf(task)) > beyond, `a point after step ${beyond}`);
    return running;
  }

  /** No step twice in any series, and everything that the queue's run has. */
  async function isWhole(task: Task): Promise<void> {
    expect(numbersOf(task.file)).toEqual(local);
    const seqs = (await messagesOf(task)).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
  }

  it.each(['the task', 'its trainer', 'both'])('goes on after kill -9 of %s', async (whose) => {
    const task = await newTask();
    let code: number | null = null;
    for (let kills = 0; kills < 2; kills += 1) {
      const running = await begun(task, await lastStepOf(task));
      const [trainer] = trainersOf(running.child.pid!);
      if (trainer === undefined) break;
      if (whose !== 'its trainer') running.child.kill('SIGKILL');
      if (whose !== 'the task') process.kill(trainer, 'SIGKILL');
      ({ code } = await running.result);
      expect(code).toBe(whose === 'its trainer' ? 130 : null);
    }
    expect(code).not.toBe(0);
    expect(await runTask(task)).toMatchObject({ code: 0 });
    await isWhole(task);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with a checkpoint at %s, and goes on', async (signal) => {
    const task = await newTask();
    const running = await begun(task);
    running.child.kill(signal);
    const { code, stdout } = await running.result;
    expect(code).toBe(130);
    expect(stdout).toMatch(/^interrupted at step \d+: (asked to end|interrupted by Ctrl-C)/);
    expect(await statesOf(task)).toEqual(['interrupted']);
    expect(readdirSync(task.folder)).not.toContain(`${task.run.id}.gsrun`);
    const checkpoint = readFileSync(checkpointPath(task.folder));
    expect(checkpoint.length).toBeGreaterThan(0);
    expect(await runTask(task)).toMatchObject({ code: 0 });
    expect(await statesOf(task)).toEqual(['interrupted', 'completed']);
    await isWhole(task);
  });

  it('pauses, goes on and stops as the studio asks', async () => {
    // Not over before it is asked.
    const endless = await startHere(studio, { ...long, config: { ...long.config, steps: 1_000_000 } });
    const [task] = (await handOver(parent(), endless)) as [Task];
    for (const { id } of endless.runs) studio.stop(id, 'only its task is wanted');
    const running = await begun(task);
    const said = async (type: string) => (await messagesOf(task)).some((message) => message.type === type);
    writeControl(task.folder, { ask: 'pause', reason: 'by hand' });
    await until(() => said('paused'), 'the pause');
    expect(await messagesOf(task)).toContainEqual(
      expect.objectContaining({ type: 'paused', reason: 'by hand' }),
    );
    writeControl(task.folder, { ask: 'resume', reason: '' });
    await until(() => said('resumed'), 'the end of the pause');
    writeControl(task.folder, { ask: 'stop', reason: 'enough' });
    expect(await running.result).toMatchObject({ code: 0 });
    expect(await statesOf(task)).toEqual(['stopped']);
    expect(numbersOf(task.file).what).toContain('enough');
    const before = readFileSync(join(task.folder, 'messages.jsonl'));
    // It is over: to start it again trains nothing.
    expect(await runTask(task)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('enough') as string,
    });
    expect(readFileSync(join(task.folder, 'messages.jsonl')).equals(before)).toBe(true);
    expect(attemptsIn(task.folder)).toEqual([1]);
  });

  it('is trained by one of two jobs that have its folder', async () => {
    const task = await newTask();
    const both = [startCli(task.command), startCli(task.command)];
    const results = await Promise.all(both.map(({ result }) => result));
    expect(results.map(({ code }) => code)).toEqual([0, 0]);
    const said = results.map(({ stdout }) => stdout).sort();
    expect(said[0]).toMatch(/^completed/);
    expect(said[1]).toMatch(/^this run was taken by process \d+ on .*; nothing was done/);
    expect(attemptsIn(task.folder)).toEqual([1]);
    await isWhole(task);
  });

  it('is a job’s own, until its scheduler starts that again', async () => {
    const task = await newTask();
    const job = (id: string, restarts = 0) => ({
      ...{ SLURM_ARRAY_JOB_ID: id, SLURM_ARRAY_TASK_ID: '7', SLURM_RESTART_COUNT: `${restarts}` },
    });
    const running = startCli(task.command, { env: job('4711') });
    await until(async () => (await lastStepOf(task)) > 0, 'a point');
    expect(await runTask(task, job('4712'))).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('taken by job 4711_7') as string,
    });
    running.child.kill('SIGTERM');
    await running.result;
    // As if it had run on another machine, of which nothing is known.
    const claim = join(task.folder, 'claim.json');
    const holder = JSON.parse(readFileSync(claim, 'utf8')) as object;
    writeFileSync(claim, JSON.stringify({ ...holder, host: 'node17', world: 'elsewhere' }));
    for (const other of [job('4712'), job('4711')]) {
      const { stdout } = await runTask(task, other);
      expect(stdout).toContain('taken by job 4711_7 on node17');
    }
    expect(await runTask(task, job('4711', 1))).toMatchObject({ code: 0 });
    await isWhole(task);
  });

  it('goes on from what it was handed over with', async () => {
    const first = await newTask();
    const running = await begun(first, 500);
    running.child.kill('SIGTERM');
    await running.result;
    const runFolders = parent();
    cpSync(first.folder, join(runFolders, planned.runs[0]!.id), { recursive: true });
    const [task] = await handOver(parent(), planned, { runFolders });
    expect(await runTask(task!)).toMatchObject({ code: 0 });
    const file = numbersOf(task!.file);
    expect(file.parameters).toEqual(local.parameters);
    const [, steps] = file.series[0]! as [string, number[]];
    // What was not acknowledged by then comes again.
    expect(steps[0]).toBeGreaterThan(250);
  });
});

describe('a host', () => {
  const canaryFile = (task: Task) => join(task.submission, `canary-${hostname()}.json`);
  const never = new AbortController().signal;

  it('says once whether it computes the same bits', async () => {
    const planned = await startHere(studio, { ...small, seeds: [1, 2] });
    await trainedHere(studio, planned);
    const canary = await trainCanary(planned.runs[0]!.spec, never);
    expect(canary).toMatchObject({ steps: 20 });
    expect((await trainCanary(planned.runs[1]!.spec, never)).sha256).not.toBe(canary.sha256);
    const [task, second] = await handOver(parent(), planned, { canary });
    await runTask(task!);
    const sentence = expect.stringContaining('computes the same bits as the studio') as string;
    expect(await logOf(task!)).toContainEqual(sentence);
    const kept = readFileSync(canaryFile(task!), 'utf8');
    await runTask(second!);
    expect(await logOf(second!)).toContainEqual(sentence);
    expect(readFileSync(canaryFile(task!), 'utf8')).toBe(kept);
  });

  it('that computes other bits is said with both processors, as is another version', async () => {
    const planned = await startHere(studio, small);
    const canary = { steps: 20, sha256: '00'.repeat(32), cpu: 'Imaginary 9000' };
    const [task] = await handOver(parent(), planned, { canary, studio: '99.0.0' });
    expect(await runTask(task!)).toMatchObject({ code: 0 });
    const log = await logOf(task!);
    expect(log).toContainEqual(
      expect.stringMatching(/does not compute the same bits.*here .+, there Imaginary 9000/),
    );
    expect(log).toContainEqual(expect.stringContaining('version 99.0.0'));
  });
});

describe('a spec', () => {
  it.each([
    ['that is not there', undefined],
    ['that is no JSON', '{"version": 1, "tok'],
    ['of another program', '{"jobs": []}'],
    ['that is empty', ''],
  ])('%s is refused with one sentence', async (_name, text) => {
    const folder = parent();
    const spec = `${folder}.json`;
    if (text !== undefined) writeFileSync(spec, text);
    const { code, stderr, stdout } = await cli(['run-one', spec, '--out', folder]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^gumbel-studio: .*\n$/);
    expect(stderr).toContain(spec);
  });

  it('of a problem that is unknown is a run that failed', async () => {
    const planned = await startHere(studio, small);
    const [run] = planned.runs;
    const strange = { ...run!, spec: { ...run!.spec, problem: 'perpetuum-mobile' } };
    const comparison = { ...planned.comparison, problem: 'perpetuum-mobile' };
    const [task] = await handOver(parent(), { comparison, runs: [strange] });
    const { code, stdout } = await runTask(task!);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^failed at step 0: .*perpetuum-mobile/);
    expect(await statesOf(task!)).toEqual(['failed']);
  });
});
