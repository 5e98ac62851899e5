/**
 * Runs that differ by their seed, trained together, beside the same runs one after another: `npm run bench:seeds`, with names of
 * estimators those alone. 1000 steps x 32 seeds of `toy-categorical` as its defaults have it, whole training loops on wasm in one process, in
 * turns: a quarter of the seeds one after another, then all together. Processor time.
 */
import type { EstimatorDefinition } from '../../../src/engine/core/estimator.ts';
import { findEstimator, parseSettings } from '../../../src/engine/estimators/registry.ts';
import { findProblem, parseConfig } from '../../../src/engine/problems/registry.ts';
import type { TrainingJob } from '../../../src/engine/training/session.ts';
import { Together } from '../../../src/engine/training/together.ts';
import { train } from '../../../src/engine/training/train.ts';
import type { TrainingHost } from '../../../src/engine/training/training-host.ts';
import { bareHost } from '../../support/engine-host.ts';
import { useTestBackend } from '../../support/use-backend.ts';
import { processorTime } from '../step/contest.ts';

const [SEEDS, STEPS, TURNS] = [32, 1000, 4];
const DEFAULT = ['exact', 'gumbel-softmax', 'reinforce', 'st-gumbel-softmax', 'straight-through'];

const host: TrainingHost = {
  ...bareHost,
  now: () => performance.now(),
  readEvery: 1,
  emit: () => undefined,
  progress: () => undefined,
  checkpointDue: () => false,
  saveCheckpoint: () => Promise.resolve(),
};

async function jobsOf(estimator: EstimatorDefinition): Promise<TrainingJob[]> {
  const problem = findProblem('toy-categorical');
  const config = parseConfig(problem, { steps: STEPS });
  const data = await problem.load(config, bareHost);
  const settings = parseSettings(estimator, {});
  return Array.from({ length: SEEDS }, (_, i) => ({
    problem,
    config,
    data,
    estimator,
    settings,
    seed: i + 1,
  }));
}

/** Seconds of processor time that `work` takes. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = processorTime();
  await work();
  return (processorTime() - start) / 1000;
}

async function oneByOne(jobs: readonly TrainingJob[]): Promise<void> {
  for (const job of jobs) await train(job, host);
}

function allTogether(jobs: readonly TrainingJob[]): Promise<unknown> {
  const { seats } = new Together(jobs);
  return Promise.all(jobs.map((job, i) => train(job, host, undefined, seats[i])));
}

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const median = (values: readonly number[]): number => {
  const order = sorted(values);
  return (order[(order.length - 1) >> 1]! + order[order.length >> 1]!) / 2;
};

async function compare(id: string): Promise<void> {
  const jobs = await jobsOf(findEstimator(id));
  // Both paths are compiled first.
  await oneByOne(jobs.slice(0, 1));
  await allTogether(jobs.slice(0, 2));
  const part = SEEDS / TURNS;
  const [alone, together]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < TURNS; turn++) {
    alone.push(TURNS * (await timed(() => oneByOne(jobs.slice(turn * part, (turn + 1) * part)))));
    together.push(await timed(() => allTogether(jobs)));
  }
  const ratios = sorted(alone.map((seconds, turn) => seconds / together[turn]!));
  console.info(
    `${id.padEnd(20)} one after another ${median(alone).toFixed(1)} s, together ${median(together).toFixed(2)} s: ` +
      `${median(ratios).toFixed(1)} times as fast (${ratios[0]!.toFixed(1)} to ${ratios.at(-1)!.toFixed(1)})`,
  );
}

await useTestBackend('wasm');
console.info(`${STEPS} steps x ${SEEDS} seeds of toy-categorical, processor time, ${TURNS} turns`);
const asked = process.argv.slice(2);
for (const id of asked.length > 0 ? asked : DEFAULT) await compare(id);
process.exit(0);
