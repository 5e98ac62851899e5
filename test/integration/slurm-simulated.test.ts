/** The executor beside commands that answer like Slurm's: accounting, refusals half-way, answers that are none, 10 000 tasks. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SlurmChoice } from '../../src/shared/executor.ts';
import type { Submission } from '../../src/studio/executors/executor.ts';
import { SlurmExecutor } from '../../src/studio/executors/slurm.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { SimulatedSlurm } from '../support/simulated-slurm.ts';

const token = 'abcdefghij';
const never = new AbortController().signal;

function start(tasks: number) {
  const folder = temporaryFolder();
  const slurm = new SimulatedSlurm(join(folder, 'slurm'));
  const choice: SlurmChoice = { kind: 'slurm', cpus: 1, options: [] };
  const submission: Submission<SlurmChoice> = { token, folder, choice, tasks, jobs: null };
  const program = { node: '/bin/true', main: 'main.js' };
  return { slurm, submission, executor: () => new SlurmExecutor({ env: slurm.env, program }) };
}

describe('a simulated Slurm', () => {
  it('10 000 tasks are ten arrays, and each has its state', async () => {
    const { slurm, submission, executor } = start(10_000);
    const asked = executor();
    const jobs = await asked.submit(submission, never);
    expect(jobs.map(({ id, first, count }) => [id, first, count])).toEqual(
      Array.from({ length: 10 }, (_, i) => [`${i + 1}`, 1000 * i, 1000]),
    );
    const states = (await asked.poll([{ ...submission, jobs }], never)).get(token);
    expect(states?.size).toBe(10_000);
    expect(states?.get(9_999)).toEqual({ state: 'waiting', reason: 'PENDING (Priority)' });
    expect(await executor().submit(submission, never)).toEqual(jobs);
    expect(slurm.queued()).toHaveLength(10);
    await asked.cancel(
      { ...submission, jobs },
      Array.from({ length: 10_000 }, (_, i) => i),
      'stop',
    );
    expect(slurm.calls('scancel')).toEqual([jobs.map(({ id }) => `${id}_[0-999]`).join(' ')]);
  });

  it('what the controller forgets is asked of the accounting, once', async () => {
    const { slurm, submission, executor } = start(4);
    const name = `gumbel-${token}-0-3`;
    const handed = { ...submission, jobs: [{ id: '1', first: 0, count: 4 }] };
    const row = { job: 1, name, node: 'n1' };
    slurm.queue([{ ...row, first: 3, last: 3, state: 'RUNNING' }]);
    slurm.account([
      { ...row, first: 0, last: 0, state: 'COMPLETED' },
      { ...row, first: 1, last: 1, state: 'OUT_OF_MEMORY', exit: '0:125' },
      { ...row, first: 2, last: 2, state: 'CANCELLED by 1000' },
      // It lags.
      { ...row, first: 3, last: 3, state: 'PENDING' },
    ]);
    const asked = executor();
    const expected = new Map([
      [3, { state: 'running', reason: '', host: 'n1' }],
      [0, { state: 'over', reason: '', host: 'n1', ended: 'completed' }],
      [1, { state: 'over', reason: 'OUT_OF_MEMORY', host: 'n1', ended: 'failed' }],
      [2, { state: 'over', reason: 'CANCELLED (by user 1000)', host: 'n1', ended: 'stopped' }],
    ]);
    expect((await asked.poll([handed], never)).get(token)).toEqual(expected);
    expect((await asked.poll([handed], never)).get(token)).toEqual(expected);
    expect(slurm.calls('sacct')).toHaveLength(1);
  });

  it('without accounting, what the controller forgets is as it was when it ended, or not known', async () => {
    const { slurm, submission, executor } = start(2);
    const name = `gumbel-${token}-0-1`;
    const handed = { ...submission, jobs: [{ id: '1', first: 0, count: 2 }] };
    slurm.queue([{ job: 1, name, first: 0, last: 0, state: 'FAILED', exit: '256', node: 'n1' }]);
    const asked = executor();
    const failed = { state: 'over', reason: 'FAILED (exit code 1)', host: 'n1', ended: 'failed' };
    expect((await asked.poll([handed], never)).get(token)).toEqual(new Map([[0, failed]]));
    slurm.queue([]);
    expect((await asked.poll([handed], never)).get(token)).toEqual(new Map([[0, failed]]));
    // Sent back into the queue by an administrator.
    slurm.queue([{ job: 1, name, first: 0, last: 0, state: 'PENDING', reason: 'BeginTime' }]);
    const waiting = { state: 'waiting', reason: 'PENDING (BeginTime)' };
    expect((await asked.poll([handed], never)).get(token)).toEqual(new Map([[0, waiting]]));
    slurm.queue([]);
    expect((await asked.poll([handed], never)).get(token)).toEqual(new Map());
  });

  it('what ended long ago is not handed over again where the accounting knows it', async () => {
    const { slurm, submission, executor } = start(1500);
    slurm.account([{ job: 7, name: `gumbel-${token}-0-999`, first: 0, last: 999, state: 'COMPLETED' }]);
    expect(await executor().submit(submission, never)).toEqual([
      { id: '7', first: 0, count: 1000 },
      { id: '1', first: 1000, count: 500 },
    ]);
    expect(slurm.queued()).toEqual([`1|0|499|PENDING|0|Priority||gumbel-${token}-1000-1499`]);
  });

  it('a limit half-way is no refusal: the rest is taken later, and the beginning once', async () => {
    const { slurm, submission, executor } = start(2500);
    slurm.refuse(
      2,
      'sbatch: error: QOSMaxSubmitJobPerUserLimit\nsbatch: error: Batch job submission failed: Job violates accounting/QOS policy',
    );
    await expect(executor().submit(submission, never)).rejects.toMatchObject({
      kind: 'external',
      message: 'sbatch: Batch job submission failed: Job violates accounting/QOS policy',
    });
    slurm.refuse(null);
    expect((await executor().submit(submission, never)).map(({ first }) => first)).toEqual([0, 1000, 2000]);
    expect(slurm.queued()).toHaveLength(3);
  });

  it('a second studio that handed over the same tasks says nothing of them', async () => {
    const { slurm, submission, executor } = start(1);
    const row = { name: `gumbel-${token}-0-0`, first: 0, last: 0, node: 'n1' };
    slurm.queue([
      { ...row, job: 4, state: 'RUNNING' },
      { ...row, job: 5, state: 'COMPLETED' },
    ]);
    const jobs = await executor().submit(submission, never);
    expect(jobs).toEqual([{ id: '4', first: 0, count: 1 }]);
    expect((await executor().poll([{ ...submission, jobs }], never)).get(token)?.get(0)?.state).toBe(
      'running',
    );
  });

  it('a controller that cannot be reached, garbage, and a recovery', async () => {
    const { slurm, submission, executor } = start(1);
    const asked = executor();
    const handed = { ...submission, jobs: await asked.submit(submission, never) };
    // As 22.05.8 says it.
    slurm.trouble(
      'echo "slurm_load_jobs error: Unable to contact slurm controller (connect failure)" >&2; exit 1',
    );
    await expect(asked.poll([handed], never)).rejects.toMatchObject({
      kind: 'external',
      message: 'squeue: slurm_load_jobs error: Unable to contact slurm controller (connect failure)',
    });
    slurm.trouble('echo "<html>502 Bad Gateway</html>"');
    await expect(asked.poll([handed], never)).rejects.toMatchObject({
      kind: 'external',
      message: 'squeue gave an unexpected answer: "<html>502 Bad Gateway</html>"',
    });
    slurm.trouble(null);
    expect((await asked.poll([handed], never)).get(token)?.get(0)?.state).toBe('waiting');
  });
});
