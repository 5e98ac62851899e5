/**
 * What it costs to ask a simulated Slurm about 10 000 tasks (test/support/simulated-slurm): processor time of this process, and apart
 * from it that of the commands, as a share of one core at the dispatcher's interval. Then what they cost a whole studio (whole-studio.ts), how
 * long many that end at once take to come home (ends-at-once.ts), and what a run costs beside the same command by hand (beside-by-hand.ts).
 * `node test/bench/executors/main.ts [polls]`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { SlurmExecutor } from '../../../src/studio/executors/slurm.ts';
import { SimulatedSlurm, type SimulatedElements } from '../../support/simulated-slurm.ts';
import { record, spreadOf } from '../results.ts';
import { childrenTime } from '../step/contest.ts';
import { benchBesideByHand } from './beside-by-hand.ts';
import { benchEndsAtOnce } from './ends-at-once.ts';
import { benchWholeStudio } from './whole-studio.ts';

const TASKS = 10_000;
const OF_AN_ARRAY = 1000;
/** Seconds between two questions: while nothing happens, and right after something did. */
const INTERVALS = [60, 2];
const polls = Number(process.argv[2] ?? 30);
const token = 'abcdefghij';
const load = loadavg().map((one) => one.toFixed(2));
console.log(`load of this machine over the last 1, 5 and 15 minutes: ${load.join(', ')}`);

const folder = mkdtempSync(join(tmpdir(), 'gumbel-bench-'));
try {
  const slurm = new SimulatedSlurm(join(folder, 'slurm'));
  const executor = new SlurmExecutor({ env: slurm.env });
  const jobs = Array.from({ length: TASKS / OF_AN_ARRAY }, (_, i) => {
    return { id: `${i + 1}`, first: OF_AN_ARRAY * i, count: OF_AN_ARRAY };
  });
  const submission = {
    token,
    folder,
    choice: { kind: 'slurm', cpus: 1, options: [] },
    tasks: TASKS,
    jobs,
  } as const;
  // Of each array a tenth is over, a tenth runs, and the rest waits.
  slurm.queue(
    jobs.flatMap(({ id, first }): SimulatedElements[] => {
      const row = { job: Number(id), name: `gumbel-${token}-${first}-${first + OF_AN_ARRAY - 1}` };
      return [
        { ...row, first: 0, last: 99, state: 'COMPLETED', node: 'node-017' },
        { ...row, first: 100, last: 199, state: 'RUNNING', node: 'node-018' },
        { ...row, first: 200, last: OF_AN_ARRAY - 1, state: 'PENDING', reason: 'JobArrayTaskLimit' },
      ];
    }),
  );
  const signal = new AbortController().signal;
  const own: number[] = [];
  const commands: number[] = [];
  for (let poll = -3; poll < polls; poll++) {
    const [processor, children] = [process.cpuUsage(), childrenTime()];
    const states = await executor.poll(
      [{ ...submission, choice: { ...submission.choice, options: [] } }],
      signal,
    );
    if (states.get(token)?.size !== TASKS) throw new Error('a task has no state');
    const { user, system } = process.cpuUsage(processor);
    // The first ones are compiled meanwhile.
    if (poll < 0) continue;
    own.push((user + system) / 1000);
    commands.push(1000 * (childrenTime() - children));
  }
  for (const [what, times] of [
    ['the studio', own],
    ['commands', commands],
  ] as const) {
    const ms = spreadOf(times);
    const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
    const shares = INTERVALS.map((s) => `${((100 * mean) / (1000 * s)).toFixed(2)} % at ${s} s`).join(', ');
    console.log(
      `${what}: ${ms.median.toFixed(1)} ms (${ms.low.toFixed(1)} to ${ms.high.toFixed(1)}), mean ${mean.toFixed(1)}: ${shares} of a core`,
    );
    record({ what: `poll of ${TASKS} Slurm tasks, ${what}`, unit: 'ms of a core', ours: ms });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
await benchWholeStudio();
await benchEndsAtOnce();
await benchBesideByHand();
