/**
 * A whole studio with 10 000 tasks on a simulated Slurm: how long it takes to hand them over and to adopt them, what it costs while nothing
 * changes, and how long the list of runs takes that pages ask for. Then some thousand of them run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { call } from '@orpc/server';
import type { Unnumbered } from '../../../src/shared/jobs.ts';
import { taskFiles } from '../../../src/shared/task.ts';
import type { FromRun } from '../../../src/shared/training-session.ts';
import { knownSubmissions } from '../../../src/studio/executors/known-submissions.ts';
import { MessageWriter } from '../../../src/studio/executors/message-file.ts';
import { partNamed } from '../../../src/studio/executors/slurm-submission.ts';
import { taskFolder } from '../../../src/studio/executors/task-folder.ts';
import { runHandlers } from '../../../src/studio/handlers/runs.ts';
import type { Studio } from '../../../src/studio/studio.ts';
import { SimulatedSlurm, type SimulatedElements } from '../../support/simulated-slurm.ts';
import { record, spreadOf } from '../results.ts';
import { studioOn } from './slurm-studio.ts';

/** A request may have so many. */
const OF_A_COMPARISON = 5000;
const COMPARISONS = 2;
const TASKS = OF_A_COMPARISON * COMPARISONS;
/** Seconds after which questions have become as seldom as they do: 2 + 4 + ... + 32. */
const UNTIL_SELDOM = 70;
const MEASURED = 60;
const LISTS = 20;
/** Tasks of each array that run at last. */
const RUNNING_OF_ARRAY = 200;

export async function benchWholeStudio(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gumbel-bench-'));
  try {
    const slurm = new SimulatedSlurm(join(folder, 'slurm'));
    const open = studioOn(slurm, folder);
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
    await toldShare(`${TASKS} tasks that wait`);
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
    const running = await letRun(slurm, studio);
    await toldShare(`${running} tasks that run, ${TASKS - running} that wait`);
    await studio.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** While nothing changes: what the studio itself takes of a core. */
async function toldShare(what: string): Promise<void> {
  await sleep(1000 * UNTIL_SELDOM);
  const before = process.cpuUsage();
  await sleep(1000 * MEASURED);
  const { user, system } = process.cpuUsage(before);
  const share = (user + system) / 1e4 / MEASURED;
  console.log(`${what}, nothing changes: ${share.toFixed(2)} % of a core for the studio`);
  record({ what, unit: '% of a core', ours: spreadOf([share]) });
}

/** The first tasks of each array begin, and say something. @returns how many, once the studio has heard all of them */
async function letRun(slurm: SimulatedSlurm, { store, dataDir }: Studio): Promise<number> {
  const arrays = slurm.queued().flatMap((line) => {
    const [job = '', , last = '', , , , , name = ''] = line.split('|');
    const part = partNamed(name);
    return part === undefined ? [] : [{ job: Number(job), last: Number(last), name, ...part }];
  });
  const { submissions } = knownSubmissions(dataDir);
  let running = 0;
  for (const { token, first } of arrays) {
    const { folder, runs } = submissions.find((submission) => submission.token === token)!;
    for (let task = first; task < first + RUNNING_OF_ARRAY; task++) {
      const writer = await MessageWriter.open(
        join(taskFolder(folder, task), taskFiles.messages),
        () => undefined,
      );
      await writer.append([messageOf(runs[task]!)]);
      await writer.close();
      running += 1;
    }
  }
  slurm.queue(
    arrays.flatMap(({ job, last, name }): SimulatedElements[] => [
      { job, name, first: 0, last: RUNNING_OF_ARRAY - 1, state: 'RUNNING', node: 'node-001' },
      { job, name, first: RUNNING_OF_ARRAY, last, state: 'PENDING', reason: 'Priority' },
    ]),
  );
  while (store.countRuns({ states: ['running'] }) < running) await sleep(500);
  return running;
}

function messageOf(runId: string): Unnumbered<FromRun> {
  const progress = { step: 10, steps: 100, seconds: 1, stepsPerSecond: 10, evaluations: 10 };
  const points = [{ series: 'loss', steps: Float64Array.of(10), values: Float64Array.of(2) }];
  return { type: 'metrics', runId, madeAt: Date.now(), points, pictures: [], last: { loss: 2 }, progress };
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
