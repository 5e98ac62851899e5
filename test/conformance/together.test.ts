/**
 * Runs that are trained together give what they give alone, bit for bit: points, checkpoints (parameters, the problem's and the estimator's
 * state, moments, best parameters), alerts and endings, for every pair of a problem and an estimator that says that it can.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { EngineHost } from '../../src/engine/core/engine-host.ts';
import type { ProblemDefinition } from '../../src/engine/core/problem.ts';
import { canTake } from '../../src/shared/choice.ts';
import { estimators, findEstimator, parseSettings } from '../../src/engine/estimators/registry.ts';
import { findProblem, parseConfig, problems } from '../../src/engine/problems/registry.ts';
import { randomIntegers } from '../../src/engine/random/fill.ts';
import type { TrainingJob } from '../../src/engine/training/session.ts';
import { canTrainTogether } from '../../src/engine/training/stacked-session.ts';
import { bareHost } from '../support/engine-host.ts';
import { stackableCases } from '../support/stackable-cases.ts';
import { alone, numbers, together, type Told } from '../support/together.ts';
import { toyConfig, toyProblem } from '../support/toy-problem.ts';

const SEEDS = [1, 2, 5];
const stackable = problems.filter((problem) => problem.stackable === true);

const filesHost: EngineHost = {
  ...bareHost,
  readBytes: (path) => readFile(path),
  sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
};

async function jobsOf(
  problem: ProblemDefinition,
  config: object,
  id: string,
  settings: unknown = {},
): Promise<TrainingJob[]> {
  const parsed = parseConfig(problem, config);
  const data = await problem.load(parsed, filesHost);
  const estimator = findEstimator(id);
  const given = parseSettings(estimator, settings);
  return SEEDS.map((seed) => ({ problem, config: parsed, data, estimator, settings: given, seed }));
}

/** Of the test's own problem, whose minibatches are drawn and which can have a state. */
function toyJobs(config: object = {}, remembers = false): TrainingJob[] {
  const problem: ProblemDefinition = { ...toyProblem(-1, remembers), stackable: true };
  const estimator = findEstimator('st-gumbel-softmax');
  return SEEDS.map((seed) => ({
    problem,
    config: { ...toyConfig, ...config },
    data: null,
    estimator,
    settings: {},
    seed,
  }));
}

const wereAlone = (all: readonly Told[]): boolean[] => all.map((one) => one.alone);

describe.each(stackable.map((problem) => [problem.id, problem] as const))('%s', (id, problem) => {
  const pairs = (stackableCases[id] ?? []).flatMap(({ config, everySetting, without = [], only }) => {
    const choice = problem.choice(parseConfig(problem, config));
    return estimators
      .filter(
        (estimator) => estimator.stackable?.includes(choice.kind) === true && canTake(estimator, choice),
      )
      .filter(({ id: own }) => !without.includes(own) && only?.includes(own) !== false)
      .flatMap((estimator) =>
        (everySetting === true ? estimator.examples : [{}])
          .filter(
            (settings) =>
              estimator.settingsIssue?.(parseSettings(estimator, settings), choice.kind) === undefined,
          )
          .map((settings) => [estimator.id, settings, config] as const),
      );
  });

  it.each(pairs)('with %s %j', async (estimator, settings, config) => {
    const jobs = await jobsOf(problem, config, estimator, settings);
    const checkpoint = SEEDS.map(() => ({ checkpointAt: Math.min(7, jobs[0]!.config.steps - 1) }));
    const before = tf.memory().numTensors;
    const expected = await alone(jobs, checkpoint);
    const found = await together(jobs, checkpoint);
    expect(canTrainTogether(jobs[0]!)).toBe(true);
    expect(wereAlone(found)).toEqual(SEEDS.map(() => false));
    expect(numbers(found)).toEqual(numbers(expected));
    expect(found[0]!.checkpoints.length).toBeGreaterThan(1);
    // The seeds do differ, or nothing is proven.
    if (estimator === 'reinforce') expect(found[0]!.points).not.toEqual(found[1]!.points);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is trained with estimators here', () => {
    expect(pairs.length).toBeGreaterThan(0);
  });
});

describe('runs that part', () => {
  it('keep a state of the problem, and minibatches of their own', async () => {
    const jobs = toyJobs({ evaluateEvery: 4 }, true);
    const found = await together(jobs);
    expect(numbers(found)).toEqual(numbers(await alone(jobs)));
    expect(wereAlone(found)).toEqual([false, false, false]);
  });

  it('go on from checkpoints', async () => {
    const jobs = await jobsOf(
      findProblem('toy-categorical'),
      { steps: 30, batch: 4, checkpointSeconds: 1000 },
      'reinforce',
    );
    const whole = await alone(
      jobs,
      SEEDS.map(() => ({ checkpointAt: 13 })),
    );
    const resumed = SEEDS.map((_, i) => ({ from: whole[i]!.checkpoints[0]! }));
    const found = await together(jobs, resumed);
    expect(wereAlone(found)).toEqual([false, false, false]);
    for (const [i, run] of found.entries()) {
      expect(run.points).toEqual(whole[i]!.points.filter(([step]) => step > 13));
      expect(run.checkpoints.at(-1)!.tensors).toEqual(whole[i]!.checkpoints.at(-1)!.tensors);
    }
  });

  it('end apart: one is stopped, one fails, the others do not notice', async () => {
    const seeds = [...toyJobs(), ...toyJobs().map((job) => ({ ...job, seed: job.seed + 10 }))];
    const happenings = [{ cancelAt: 7 }, {}, { failAt: 20 }, {}, {}, {}];
    const found = await together(seeds, happenings);
    expect(numbers(found)).toEqual(numbers(await alone(seeds, happenings)));
    expect(found[2]!.ending).toBe('the disk is gone');
    expect(found[0]!.checkpoints[0]!.loop.step).toBe(7);
    expect(wereAlone(found.slice(3))).toEqual([false, false, false]);
  });

  it('go on alone where one is held up', async () => {
    const jobs = toyJobs();
    const ends = jobs.map(() => Promise.withResolvers<undefined>());
    // Until the others have come to their ends.
    const until = Promise.all([ends[0], ends[2]].map((end) => end!.promise)).then(() => undefined);
    const found = await together(
      jobs,
      ends.map(({ resolve }, i) => ({
        onEnd: () => resolve(undefined),
        ...(i === 1 && { pauseAt: 11, until }),
      })),
    );
    expect(wereAlone(found)).toEqual([false, true, false]);
    expect(numbers(found)).toEqual(numbers(await alone(jobs)));
  });

  it('restart when each of them has to', async () => {
    const jobs = await jobsOf(
      findProblem('toy-categorical'),
      {
        steps: 60,
        restarts: 2,
        batch: 2,
        learningRate: 0.3,
        initialSpread: 2,
        earlyStopping: { patience: 1, minDelta: 0.01 },
      },
      'reinforce',
    );
    const found = await together(jobs);
    const expected = await alone(jobs);
    expect(numbers(found)).toEqual(numbers(expected));
    const ends = expected.map(({ log }) => log.join());
    expect(new Set(ends).size).toBeGreaterThan(1);
  });

  it('cool when each of them has to', async () => {
    const jobs = await jobsOf(
      findProblem('toy-categorical'),
      {
        steps: 80,
        batch: 2,
        temperature: { kind: 'adaptive', from: 1, to: 0.1, factor: 0.5, tolerance: 0.02 },
      },
      'gumbel-softmax',
    );
    expect(numbers(await together(jobs))).toEqual(numbers(await alone(jobs)));
  });
});

describe('runs that cannot be trained together', () => {
  it('are trained one by one where a problem draws on the host after all', async () => {
    const problem = { ...toyProblem(), stackable: true } as const;
    const drawing: ProblemDefinition = {
      ...problem,
      create: (...args) => {
        const instance = problem.create(...args);
        return {
          ...instance,
          step: (input) => {
            const [drawn] = randomIntegers(input.key, 1, 3);
            return instance.step({ ...input, temperature: 1 + drawn! });
          },
        } as typeof instance;
      },
    };
    const jobs = toyJobs().map((job) => ({ ...job, problem: drawing }));
    const found = await together(jobs);
    expect(wereAlone(found)).toEqual([true, true, true]);
    expect(numbers(found)).toEqual(numbers(await alone(jobs)));
  });

  it.each([
    ['arm', 'toy-categorical', {}],
    ['reinforce', 'toy-categorical', { maxSeconds: 5 }],
  ])('go alone from the start: %s on %s %o', async (estimator, id, config) => {
    const jobs = await jobsOf(findProblem(id), { steps: 6, batch: 2, ...config }, estimator);
    expect(canTrainTogether(jobs[0]!)).toBe(false);
    const found = await together(jobs);
    expect(wereAlone(found)).toEqual([true, true, true]);
    expect(numbers(found)).toEqual(numbers(await alone(jobs)));
  });
});
