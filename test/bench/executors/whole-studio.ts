/**
 * A whole studio with 10 000 tasks on a simulated Slurm: how long it takes to hand them over and to adopt them, what it costs while nothing
 * changes, and how long the list of runs takes that pages ask for.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { call } from '@orpc/server';
import { createExecutors } from '../../../src/studio/executors/registry.ts';
import { SlurmExecutor } from '../../../src/studio/executors/slurm.ts';
import { runHandlers } from '../../../src/studio/handlers/runs.ts';
import { createStudio, type Studio } from '../../../src/studio/studio.ts';
import { SimulatedSlurm } from '../../support/simulated-slurm.ts';
import { record, spreadOf } from '../results.ts';

/** A request may have so many. */
const OF_A_COMPARISON = 5000;
const COMPARISONS = 2;
const TASKS = OF_A_COMPARISON * COMPARISONS;
/** Seconds after which questions have become as seldom as they do: 2 + 4 + ... + 32. */
const UNTIL_SELDOM = 70;
const MEASURED = 60;
const LISTS = 20;

export async function benchWholeStudio(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gumbel-bench-'));
  try {
    const slurm = new SimulatedSlurm(join(folder, 'slurm'));
    const executor = new SlurmExecutor({ env: slurm.env });
    const others = createExecutors();
    const open = () =>
      createStudio({
        ...{ dataDir: join(folder, 'data'), program: 'bench' },
        executors: (kind) => (kind === 'slurm' ? executor : others(kind)),
      });
    const first = open();
    const handing = await timed(async () => {
      for (let i = 0; i < COMPARISONS; i++) {
        const prepared = await first.prepare({
          ...{ problem: 'toy-categorical', config: { steps: 100 }, settings: {}, estimators: ['reinforce'] },
          seeds: Array.from({ length: OF_A_COMPARISON }, (_, seed) => seed),
          ...{ backend: 'tensorflow', executor: { kind: 'slurm', cpus: 1, options: [] } },
        });
        first.start(prepared, `comparison ${i}`);
      }
      await untilWaiting(first);
    });
    told(`${TASKS} tasks handed over, until each run has Slurm's word`, handing);
    await first.close();
    let studio: Studio | undefined;
    told(
      `${TASKS} tasks adopted by the next studio`,
      await timed(() => {
        studio = open();
      }),
    );
    if (studio === undefined) return;
    await sleep(1000 * UNTIL_SELDOM);
    const before = process.cpuUsage();
    await sleep(1000 * MEASURED);
    const { user, system } = process.cpuUsage(before);
    const share = (user + system) / 1e4 / MEASURED;
    console.log(`${TASKS} tasks that wait, nothing changes: ${share.toFixed(2)} % of a core for the studio`);
    record({ what: `${TASKS} tasks that wait`, unit: '% of a core', ours: spreadOf([share]) });
    const { list } = runHandlers(studio);
    const lists: number[] = [];
    const processor: number[] = [];
    for (let i = -3; i < LISTS; i++) {
      const time = await timed(async () => {
        JSON.stringify(await call(list, { filter: { archived: null }, offset: 0, limit: 1000 }));
      });
      if (i < 0) continue;
      lists.push(1000 * time.wall);
      processor.push(1000 * time.processor);
    }
    const ms = spreadOf(lists);
    console.log(
      `runs.list beside them: ${ms.median.toFixed(1)} ms (${ms.low.toFixed(1)} to ${ms.high.toFixed(1)}), of processor time ${spreadOf(processor).median.toFixed(1)} ms`,
    );
    record({ what: `runs.list beside ${TASKS} tasks`, unit: 'ms', ours: ms });
    await studio.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function untilWaiting({ store }: Studio): Promise<void> {
  const isWaiting = () => {
    const runs = store.runs();
    return runs.length === TASKS && runs.every(({ reason }) => reason.startsWith('PENDING'));
  };
  while (!isWaiting()) await sleep(500);
}

interface Time {
  /** Seconds by the clock, and of processor time of this process. */
  readonly wall: number;
  readonly processor: number;
}

async function timed(work: () => void | Promise<void>): Promise<Time> {
  const [began, processor] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(processor);
  return { wall: (performance.now() - began) / 1000, processor: (user + system) / 1e6 };
}

function told(what: string, { wall, processor }: Time): void {
  console.log(`${what}: ${wall.toFixed(1)} s, ${processor.toFixed(1)} s of processor time of the studio`);
  record({ what, unit: 's', ours: spreadOf([wall]) });
}
