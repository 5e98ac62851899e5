/** A real Slurm with slurmdbd and a database, whose jobs have their memory limited by the kernel: what it says of a task that took too much. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SlurmChoice } from '../../src/shared/executor.ts';
import type { Submission } from '../../src/studio/executors/executor.ts';
import { SlurmExecutor } from '../../src/studio/executors/slurm.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { whyNoAccounting } from '../support/slurm-accounting.ts';
import { startSlurm, whyNoSlurm, type RealSlurm } from '../support/slurm.ts';

const LIMITS = '/sys/fs/cgroup/memory/memory.limit_in_bytes';
const whyNoLimits = existsSync(LIMITS) ? '' : 'this kernel has no cgroups of version 1 for memory';
const why = whyNoSlurm() || whyNoAccounting() || whyNoLimits;
const never = new AbortController().signal;
const patience = { timeout: 120_000, interval: 500 };
const CGROUPS = [
  ...['CgroupPlugin=cgroup/v1', 'CgroupMountpoint=/sys/fs/cgroup', 'CgroupAutomount=no'],
  ...['ConstrainRAMSpace=yes', 'ConstrainSwapSpace=yes', 'AllowedSwapSpace=0'],
];

describe.skipIf(why !== '')(`Slurm with accounting${why === '' ? '' : ` (not run: ${why})`}`, () => {
  let slurm: RealSlurm;

  beforeAll(async () => {
    // The least that the controller remembers.
    slurm = await startSlurm({
      ...{ nodes: 1, cpus: 2, cgroups: CGROUPS, accounting: true, config: ['MinJobAge=2'] },
    });
  });

  afterAll(() => slurm.stop());

  it('memory is limited by the kernel, and sacct knows of it when the controller has forgotten', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'tasks', '0'), { recursive: true });
    const main = join(folder, 'greedy.mjs');
    writeFileSync(main, 'const all = []; for (;;) all.push(Buffer.alloc(5_000_000, 1));');
    const settings = { env: slurm.env, program: { node: process.execPath, main } };
    const choice: SlurmChoice = { kind: 'slurm', cpus: 1, memory: '60M', options: [] };
    const submission: Submission<SlurmChoice> = { token: 'memory0000', folder, choice, tasks: 1, jobs: null };
    const executor = new SlurmExecutor(settings);
    const jobs = await executor.submit(submission, never);
    const stateBy = async (asked: SlurmExecutor) =>
      (await asked.poll([{ ...submission, jobs }], never)).get(submission.token)?.get(0);
    const end = { state: 'over', ended: 'failed', host: 'n1', reason: 'OUT_OF_MEMORY' };
    await expect.poll(() => stateBy(executor), patience).toEqual(end);
    const known = () => slurm.run('squeue', '--states=all', '--noheader', '--format=%i').trim();
    await expect.poll(known, patience).toBe('');
    expect(await stateBy(new SlurmExecutor(settings))).toEqual(end);
    // Nothing that ended is handed over again.
    expect(await new SlurmExecutor(settings).submit(submission, never)).toEqual(jobs);
  });
});
