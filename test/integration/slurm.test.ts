/** The executor with a real Slurm of three nodes on this machine. What it runs is a stand-in, told by files when to end. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { SlurmChoice } from '../../src/shared/executor.ts';
import type { Job, Submission, TaskState, TaskStates } from '../../src/studio/executors/executor.ts';
import { SlurmExecutor } from '../../src/studio/executors/slurm.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { startSlurm, whyNoSlurm, type RealSlurm } from '../support/slurm.ts';
import { where } from '../support/where.ts';

const why = whyNoSlurm();
const never = new AbortController().signal;
const patience = { timeout: 60_000, interval: 100 };

where(why).describe('Slurm', () => {
  let slurm: RealSlurm;
  let executor: SlurmExecutor;
  let tokens = 0;

  beforeAll(async () => {
    // Arrays of at most ten, so that 24 tasks are three.
    slurm = await startSlurm({ nodes: 3, cpus: 8, config: ['MaxArraySize=11'] });
    executor = executorWith({});
  });

  afterAll(() => slurm.stop());

  const program = { node: process.execPath, main: join(import.meta.dirname, '../support/stand-in-task.mjs') };

  function executorWith(settings: { readonly timeLimit?: number }): SlurmExecutor {
    return new SlurmExecutor({ env: slurm.env, program, ...settings });
  }

  function submissionOf(tasks: number, choice: Partial<SlurmChoice> = {}): Submission<SlurmChoice> {
    const folder = join(temporaryFolder(), `with ' quotes`);
    for (let task = 0; task < tasks; task++) mkdirSync(join(folder, 'tasks', `${task}`), { recursive: true });
    mkdirSync(join(folder, 'specs'));
    for (let task = 0; task < tasks; task++) writeFileSync(join(folder, 'specs', `${task}.json`), '{}');
    const token = `test${String(tokens++).padStart(6, '0')}`;
    // What a failed test leaves must not stand in the way of the next.
    onTestFinished(() => void slurm.run('scancel', '--full', '--me', '--quiet'));
    return { token, folder, choice: { kind: 'slurm', cpus: 1, options: [], ...choice }, tasks, jobs: null };
  }

  async function handedOver(tasks: number, choice?: Partial<SlurmChoice>): Promise<Handed> {
    const submission = submissionOf(tasks, choice);
    return { ...submission, jobs: await executor.submit(submission, never) };
  }

  type Handed = Submission<SlurmChoice> & { readonly jobs: readonly Job[] };

  async function statesOf(submission: Submission<SlurmChoice>, by = executor): Promise<TaskStates> {
    return (await by.poll([submission], never)).get(submission.token) ?? new Map<number, TaskState>();
  }

  const stateOf = async (submission: Submission<SlurmChoice>, task: number) =>
    (await statesOf(submission)).get(task);
  const lifeOf = ({ folder }: Submission, task: number) => {
    const path = join(folder, 'tasks', `${task}`, 'life');
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
  };
  const letEnd = ({ folder }: Submission, task: number, code = 0) => {
    const path = join(folder, 'tasks', `${task}`, 'end');
    // Whoever looks for it must not find it empty.
    writeFileSync(`${path}.new`, `${code}`);
    renameSync(`${path}.new`, path);
  };

  /** As Slurm's commands name it. */
  function elementOf({ jobs }: Handed, task: number): string {
    const job = jobs.find(({ first, count }) => task >= first && task < first + count);
    return `${job?.id}_${task - (job?.first ?? 0)}`;
  }

  /** How many of the tasks are in each state. */
  async function counted(submission: Submission<SlurmChoice>): Promise<Partial<Record<string, number>>> {
    const counts: Partial<Record<string, number>> = {};
    for (const { state, reason } of (await statesOf(submission)).values()) {
      const key = state === 'waiting' ? `waiting ${reason}` : state;
      counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
  }

  async function untilStarted(
    submission: Submission<SlurmChoice>,
    ...tasks: readonly number[]
  ): Promise<void> {
    await expect
      .poll(() => tasks.every((task) => lifeOf(submission, task).includes('started')), patience)
      .toBe(true);
  }

  /** Of a task that was sent back into the queue, where Slurm would let it wait for two minutes. */
  async function untilStartedAgain(submission: Handed): Promise<void> {
    const starts = () => lifeOf(submission, 0).filter((word) => word === 'started').length;
    await expect
      .poll(
        () => {
          // A controller that is still ending the first attempt sets the time once more. Nodes count revoked credentials by the second:
          // one that is made in the same second would be refused.
          if (starts() < 2)
            slurm.run('scontrol', 'update', `JobId=${elementOf(submission, 0)}`, 'StartTime=now+3');
          return starts();
        },
        { timeout: 60_000, interval: 8000 },
      )
      .toBe(2);
  }

  it('24 tasks are three arrays, of which so many run at once as is asked', async () => {
    const submission = await handedOver(24, { arrayLimit: 2 });
    expect(submission.jobs.map(({ first, count }) => [first, count])).toEqual([
      [0, 10],
      [10, 10],
      [20, 4],
    ]);
    await expect
      .poll(() => counted(submission), patience)
      .toEqual({ running: 6, 'waiting PENDING (JobArrayTaskLimit)': 18 });
    const running = [...(await statesOf(submission))].filter(([, { state }]) => state === 'running');
    expect(running.map(([task]) => task).sort((a, b) => a - b)).toEqual([0, 1, 10, 11, 20, 21]);
    for (const [, { host, reason }] of running) {
      expect(slurm.nodes).toContain(host);
      expect(reason).toBe('');
    }
    for (let task = 0; task < 24; task++) letEnd(submission, task);
    await expect.poll(() => counted(submission), patience).toEqual({ over: 24 });
    for (const [, state] of await statesOf(submission))
      expect(state).toMatchObject({ ended: 'completed', reason: '' });
    for (const task of [0, 9, 10, 17, 20, 23]) {
      expect(lifeOf(submission, task)).toEqual(['started']);
      expect(await executor.logs(submission, task)).toMatch(
        new RegExp(`task of .*/specs/${task}\\.json on n\\d`),
      );
    }
  });

  it('the same token is handed over once, whatever was heard of the first time', async () => {
    const submission = submissionOf(24);
    const jobs = await executor.submit(submission, never);
    expect(await executorWith({}).submit(submission, never)).toEqual(jobs);
    // Also if only a part of it was written down.
    slurm.run('scancel', jobs[1]?.id ?? '');
    expect(await executor.submit({ ...submission, jobs: jobs.slice(0, 2) }, never)).toEqual(jobs);
    const listed = slurm.run('squeue', '--me', '--states=all', '--noheader', '--Format=ArrayJobID:|,Name:|');
    const arrays = [...new Set(listed.split('\n'))].filter((name) => name.includes(submission.token));
    expect(arrays).toHaveLength(3);
  });

  it('stop cancels what waits, and what runs may write a checkpoint', async () => {
    const submission = await handedOver(3, { arrayLimit: 1 });
    await untilStarted(submission, 0);
    await executor.cancel(submission, [0, 1], 'stop');
    await expect.poll(() => lifeOf(submission, 0), patience).toEqual(['started', 'stopped']);
    await expect
      .poll(() => stateOf(submission, 0), patience)
      .toMatchObject({ state: 'over', ended: 'completed' });
    await expect
      .poll(() => stateOf(submission, 1), patience)
      .toEqual({
        state: 'over',
        reason: 'CANCELLED',
        ended: 'stopped',
      });
    await untilStarted(submission, 2);
    letEnd(submission, 2);
    await expect.poll(() => counted(submission), patience).toEqual({ over: 3 });
    await executor.cancel(submission, [0, 1, 2], 'stop');
    await executor.cancel(submission, [0, 1, 2], 'kill');
  });

  it('kill ends what runs and what waits', async () => {
    const submission = await handedOver(2, { arrayLimit: 1 });
    await untilStarted(submission, 0);
    await executor.cancel(submission, [0, 1], 'kill');
    await expect.poll(() => counted(submission), patience).toEqual({ over: 2 });
    expect(await stateOf(submission, 0)).toMatchObject({ ended: 'stopped', reason: 'CANCELLED' });
  });

  it('what is cancelled from outside is said to be', async () => {
    const submission = await handedOver(12);
    await untilStarted(submission, 0, 11);
    slurm.run('scancel', ...submission.jobs.map(({ id }) => id));
    await expect.poll(() => counted(submission), patience).toEqual({ over: 12 });
    for (const [, state] of await statesOf(submission)) {
      expect(state).toMatchObject({ ended: 'stopped', reason: 'CANCELLED' });
    }
  });

  it('a task that is requeued waits, and runs again', async () => {
    const submission = await handedOver(1);
    await untilStarted(submission, 0);
    slurm.run('scontrol', 'requeue', elementOf(submission, 0));
    await expect
      .poll(() => stateOf(submission, 0), patience)
      .toEqual({ state: 'waiting', reason: 'PENDING (BeginTime)' });
    // Slurm waits two minutes.
    await untilStartedAgain(submission);
    expect(lifeOf(submission, 0)).toEqual(['started', 'stopped', 'started']);
    expect(await executor.logs(submission, 0)).toMatch(/DUE TO JOB REQUEUE[^]*task of/);
    letEnd(submission, 0);
    await expect.poll(() => stateOf(submission, 0), patience).toMatchObject({ ended: 'completed' });
  });

  it('a node that dies sends its task back into the queue, or ends it where requeueing is off', async () => {
    const again = await handedOver(1, { options: ['--nodelist=n3'] });
    const once = await handedOver(1, { options: ['--nodelist=n3', '--no-requeue'] });
    await untilStarted(again, 0);
    await untilStarted(once, 0);
    slurm.run('scontrol', 'update', 'NodeName=n3', 'State=DOWN', 'Reason=test');
    await expect
      .poll(() => stateOf(once, 0), patience)
      .toEqual({ state: 'over', reason: 'NODE_FAIL (NodeDown)', host: 'n3', ended: 'interrupted' });
    await expect.poll(() => stateOf(again, 0), patience).toMatchObject({ state: 'waiting' });
    slurm.run('scontrol', 'update', 'NodeName=n3', 'State=RESUME');
    await untilStartedAgain(again);
  });

  it('ends tell how: time limit, exit code, a signal, no place for the output', async () => {
    const late = await handedOver(1, { time: '10' });
    const others = submissionOf(3);
    rmSync(join(others.folder, 'tasks', '2'), { recursive: true });
    const handed = { ...others, jobs: await executor.submit(others, never) };
    await untilStarted(late, 0);
    slurm.run('scontrol', 'update', `JobId=${elementOf(late, 0)}`, 'EndTime=now+1');
    await untilStarted(handed, 0, 1);
    letEnd(handed, 0, 3);
    slurm.run('scancel', '--signal=KILL', '--batch', elementOf(handed, 1));
    await expect.poll(() => counted(handed), patience).toEqual({ over: 3 });
    const states = await statesOf(handed);
    expect(states.get(0)).toMatchObject({ ended: 'failed', reason: 'FAILED (exit code 3)' });
    expect(states.get(1)).toMatchObject({
      ended: 'failed',
      reason: expect.stringMatching(/FAILED \(.*signal 9\)/) as string,
    });
    expect(states.get(2)).toMatchObject({
      ended: 'failed',
      reason: expect.stringContaining('JobLaunchFailure') as string,
    });
    expect(await executor.logs(handed, 2)).toBe('');
    await expect
      .poll(() => stateOf(late, 0), patience)
      .toMatchObject({ state: 'over', reason: 'TIMEOUT', ended: 'interrupted' });
    expect(lifeOf(late, 0)).toEqual(['started', 'stopped']);
    expect(await executor.logs(late, 0)).toContain('CANCELLED AT');
  });

  it('a controller that hangs is one sentence, and no harm afterwards', async () => {
    const submission = await handedOver(1);
    await untilStarted(submission, 0);
    const hasty = executorWith({ timeLimit: 1000 });
    process.kill(slurm.controller, 'SIGSTOP');
    try {
      await expect(statesOf(submission, hasty)).rejects.toMatchObject({
        kind: 'external',
        message: 'squeue did not answer within 1 s',
      });
      const other = submissionOf(1);
      await expect(hasty.submit({ ...other, jobs: [] }, never)).rejects.toMatchObject({ kind: 'external' });
    } finally {
      process.kill(slurm.controller, 'SIGCONT');
    }
    expect((await statesOf(submission, hasty)).get(0)?.state).toBe('running');
  });

  it('what Slurm refuses is refused with its words, and what has none of it says what to do', async () => {
    await expect(executor.submit(submissionOf(1, { partition: 'gpu' }), never)).rejects.toMatchObject({
      kind: 'validation',
      message: 'sbatch refused these tasks: Invalid partition name specified',
    });
    await expect(executor.submit(submissionOf(1, { options: ['--nonsense'] }), never)).rejects.toMatchObject({
      kind: 'validation',
      message: "sbatch refused these tasks: unrecognized option '--nonsense'",
    });
    const elsewhere = new SlurmExecutor({ env: { PATH: temporaryFolder() }, program });
    await expect(elsewhere.submit(submissionOf(1), never)).rejects.toMatchObject({
      kind: 'external',
      message: expect.stringMatching(/is not installed here: start the studio on a login node/) as string,
    });
  });
});
