/** Runs that a real Slurm trains, with the package as it is here: the numbers of the local queue, and on from the checkpoint. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SlurmChoice } from '../../src/shared/executor.ts';
import type { Submission, TaskState } from '../../src/studio/executors/executor.ts';
import { SlurmExecutor } from '../../src/studio/executors/slurm.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { tempFolder } from '../support/cli.ts';
import { startSlurm, whyNoSlurm, type RealSlurm } from '../support/slurm.ts';
import {
  exportedHere,
  handOver,
  lastStepOf,
  messagesOf,
  numbersOf,
  startHere,
  trainedHere,
  type Task,
} from '../support/tasks.ts';
import { where } from '../support/where.ts';

const why = whyNoSlurm();
const never = new AbortController().signal;
const patience = { timeout: 200_000, interval: 500 };

where(why).describe('runs on Slurm', () => {
  const here = tempFolder();
  let studio: Studio;
  let slurm: RealSlurm;
  let executor: SlurmExecutor;

  beforeAll(async () => {
    studio = createStudio({ dataDir: join(here.path, 'data'), program: 'test', concurrency: 2 });
    slurm = await startSlurm({ nodes: 2, cpus: 1 });
    executor = new SlurmExecutor({ env: slurm.env });
  });

  afterAll(async () => {
    await slurm.stop();
    await studio.close();
    here.remove();
  });

  async function submitted(tasks: readonly Task[]): Promise<Submission<SlurmChoice>> {
    const folder = tasks[0]?.submission ?? '';
    const token = folder.slice(-10);
    const choice: SlurmChoice = { kind: 'slurm', cpus: 1, options: [] };
    const submission = { token, folder, choice, tasks: tasks.length, jobs: null };
    return { ...submission, jobs: await executor.submit(submission, never) };
  }

  async function statesOf(submission: Submission<SlurmChoice>): Promise<readonly TaskState[]> {
    const states = (await executor.poll([submission], never)).get(submission.token);
    return [...(states ?? [])].sort(([a], [b]) => a - b).map(([, state]) => state);
  }

  const endsOf = async (submission: Submission<SlurmChoice>) =>
    (await statesOf(submission)).map(({ ended }) => ended ?? 'not over');

  it('24 have the numbers that they have here', async () => {
    const planned = await startHere(studio, {
      ...{ problem: 'toy-categorical', backend: 'wasm', variants: [], seeds: [1, 2, 3, 4, 5, 6, 7, 8] },
      estimators: ['reinforce', 'gumbel-softmax', 'st-gumbel-softmax'],
      config: { steps: 60, evaluateEvery: 20, logEvery: 5 },
    });
    expect(planned.runs).toHaveLength(24);
    const tasks = await handOver(join(here.path, 'submissions'), planned);
    const submission = await submitted(tasks);
    await trainedHere(studio, planned);
    await expect
      .poll(() => endsOf(submission), patience)
      .toEqual(Array.from({ length: 24 }, () => 'completed'));
    for (const task of tasks) {
      expect(numbersOf(task.file)).toEqual(await exportedHere(studio, task.run, here.path));
    }
  });

  it('what is requeued goes on from its checkpoint, and has the numbers of a run that nothing happened to', async () => {
    const planned = await startHere(studio, {
      ...{ problem: 'toy-categorical', backend: 'wasm', variants: [], seeds: [1], estimators: ['reinforce'] },
      config: { steps: 4000, evaluateEvery: 500, logEvery: 5, checkpointSeconds: 0.1 },
    });
    const tasks = await handOver(join(here.path, 'submissions'), planned);
    const submission = await submitted(tasks);
    await expect.poll(() => lastStepOf(tasks[0]!), patience).toBeGreaterThan(300);
    const element = `${submission.jobs?.[0]?.id}_0`;
    slurm.run('scontrol', 'requeue', element);
    await expect.poll(() => statesOf(submission), patience).toMatchObject([{ state: 'waiting' }]);
    // Slurm waits two minutes, and a controller that is still ending the first attempt sets the time once more.
    await expect
      .poll(
        async () => {
          const [task] = await statesOf(submission);
          if (task?.state === 'waiting') slurm.run('scontrol', 'update', `JobId=${element}`, 'StartTime=now');
          return task?.ended;
        },
        { ...patience, interval: 2000 },
      )
      .toBe('completed');
    const ends = (await messagesOf(tasks[0]!)).flatMap((message) =>
      message.type === 'ended' ? [message.state] : [],
    );
    expect(ends).toEqual(['interrupted', 'completed']);
    await trainedHere(studio, planned);
    expect(numbersOf(tasks[0]!.file)).toEqual(await exportedHere(studio, planned.runs[0]!, here.path));
  });

  it('a time limit ends it with a checkpoint, in good order', async () => {
    const planned = await startHere(studio, {
      ...{ problem: 'toy-categorical', backend: 'wasm', variants: [], seeds: [1], estimators: ['reinforce'] },
      config: { steps: 4_000_000, evaluateEvery: 500, logEvery: 500 },
    });
    for (const { id } of planned.runs) studio.stop(id, 'for the test');
    const tasks = await handOver(join(here.path, 'submissions'), planned);
    const submission = await submitted(tasks);
    await expect.poll(() => lastStepOf(tasks[0]!), patience).toBeGreaterThan(300);
    slurm.run('scontrol', 'update', `JobId=${submission.jobs?.[0]?.id}_0`, 'EndTime=now+1');
    await expect.poll(() => endsOf(submission), patience).toEqual(['interrupted']);
    const last = (await messagesOf(tasks[0]!)).at(-1);
    expect(last).toMatchObject({ type: 'ended', state: 'interrupted' });
  });
});
