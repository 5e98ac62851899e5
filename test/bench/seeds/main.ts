/**
 * Runs that differ by their seed, trained together, beside the same runs one after another: `npm run bench:seeds`, with names of
 * estimators those alone. 1000 steps x 32 seeds of `toy-categorical` as its defaults have it, whole training loops on wasm in one process, in
 * turns: a quarter of the seeds one after another, then all together. Processor time.
 *
 * `--problem <id>` another one, `--preset <id>` with the config of a preset, `--set <JSON>` with these keys on top, `--seeds`, `--steps`,
 * `--turns`. Whether it says that it can be stacked is not asked: the first line of every estimator says if it was. What evaluations
 * take is not in question: there are two of them.
 */
import { parseArgs } from 'node:util';
import type { EstimatorDefinition } from '../../../src/engine/core/estimator.ts';
import { findEstimator, parseSettings } from '../../../src/engine/estimators/registry.ts';
import { findProblem, parseConfig } from '../../../src/engine/problems/registry.ts';
import type { TrainingJob } from '../../../src/engine/training/session.ts';
import { Together } from '../../../src/engine/training/together.ts';
import { train } from '../../../src/engine/training/train.ts';
import type { TrainingHost } from '../../../src/engine/training/training-host.ts';
import { engineFiles } from '../../../src/trainer/engine-files.ts';
import { bareHost } from '../../support/engine-host.ts';
import { useTestBackend } from '../../support/use-backend.ts';
import { processorTime } from '../step/contest.ts';
import { loadavg } from 'node:os';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    problem: { type: 'string', default: 'toy-categorical' },
    preset: { type: 'string' },
    set: { type: 'string', default: '{}' },
    seeds: { type: 'string', default: '32' },
    steps: { type: 'string', default: '1000' },
    turns: { type: 'string', default: '4' },
  },
});
const [SEEDS, STEPS, TURNS] = [options.seeds, options.steps, options.turns].map(Number) as [
  number,
  number,
  number,
];
const DEFAULT = ['exact', 'gumbel-softmax', 'reinforce', 'st-gumbel-softmax', 'straight-through'];
const problem = { ...findProblem(options.problem), stackable: true } as const;
const preset = problem.presets.find(({ id }) => id === options.preset);
const isToy = options.problem === 'toy-categorical';
const config = parseConfig(problem, {
  ...preset?.config,
  ...(isToy ? {} : { evaluateEvery: STEPS }),
  ...(JSON.parse(options.set) as object),
  steps: STEPS,
});

const fileHost = { ...bareHost, ...engineFiles };
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
  const data = await problem.load(config, fileHost);
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

/** @returns whether they were, until the end of training */
async function allTogether(jobs: readonly TrainingJob[]): Promise<boolean> {
  const { seats } = new Together(jobs);
  let alone = 0;
  await Promise.all(
    jobs.map((job, i) => {
      const seat = seats[i]!;
      return train(job, { ...host, progress: () => (alone += Number(seat.alone)) }, undefined, seat);
    }),
  );
  return alone === 0;
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
  const isStacked = await allTogether(jobs.slice(0, 2));
  const part = SEEDS / TURNS;
  const [alone, together]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < TURNS; turn++) {
    alone.push(TURNS * (await timed(() => oneByOne(jobs.slice(turn * part, (turn + 1) * part)))));
    together.push(await timed(() => allTogether(jobs)));
  }
  const ratios = sorted(alone.map((seconds, turn) => seconds / together[turn]!));
  console.info(
    `${id.padEnd(20)} ${isStacked ? '' : '(NOT STACKED) '}one after another ${median(alone).toFixed(1)} s, together ${median(together).toFixed(2)} s: ` +
      `${median(ratios).toFixed(1)} times as fast (${ratios[0]!.toFixed(1)} to ${ratios.at(-1)!.toFixed(1)})`,
  );
}

await useTestBackend('wasm');
console.info(
  `${STEPS} steps x ${SEEDS} seeds of ${[problem.id, preset?.id ?? '', options.set].join(' ')}, at least ${(problem.memory(config) / 2 ** 20).toFixed(2)} MiB a run, processor time, ${TURNS} turns, load ${loadavg()[0]!.toFixed(1)}`,
);
const usual = (preset?.estimators ?? DEFAULT).filter((id) =>
  findEstimator(id).stackable?.includes(problem.choice(config).kind),
);
for (const id of positionals.length > 0 ? positionals : usual) await compare(id);
process.exit(0);
