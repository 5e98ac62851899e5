/** RegretNet in the training loop: repeatable, resumable with its state, no tensor left behind. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/shared/errors.ts';
import { findEstimator, parseSettings } from '../../../src/engine/estimators/registry.ts';
import { regretnet } from '../../../src/engine/problems/regretnet/regretnet.ts';
import { parseConfig } from '../../../src/engine/problems/registry.ts';
import type { Checkpoint } from '../../../src/engine/training/checkpoint.ts';
import { train } from '../../../src/engine/training/train.ts';
import type { TrainingHost } from '../../../src/engine/training/training-host.ts';
import { bareHost } from '../../support/engine-host.ts';

const base = {
  steps: 12,
  batch: 8,
  hiddenUnits: 6,
  learningRate: 0.02,
  logEvery: 2,
  evaluateEvery: 6,
  profiles: { train: 20, validation: 6, test: 6 },
  misreports: { steps: 2 },
  lagrangian: { every: 3, rate: 4, rateIncrease: 2, rateEvery: 4 },
  search: { profiles: 4, starts: 6, climbers: 1, steps: 2 },
  testSearch: { profiles: 6, starts: 6, climbers: 1, steps: 2 },
};

interface Cut {
  /** After this step, or at this call of `breathe`. */
  readonly cancelAt?: number;
  readonly cancelAtBreath?: number;
  readonly resume?: Checkpoint;
}

async function run(raw: object, estimatorId: string, { cancelAt, cancelAtBreath, resume }: Cut = {}) {
  const config = parseConfig(regretnet, { ...base, ...raw });
  const points = new Map<string, Map<number, number>>();
  const checkpoints: Checkpoint[] = [];
  const tensors: number[] = [];
  let [step, clock] = [0, 0];
  const host: TrainingHost = {
    ...bareHost,
    now: () => (clock += 25),
    breathe() {
      tensors.push(tf.memory().numTensors);
      return step === cancelAt || tensors.length === cancelAtBreath
        ? Promise.reject(new AppError('cancelled', 'by the test'))
        : Promise.resolve();
    },
    emit(at, values) {
      for (const [name, value] of Object.entries(values)) {
        if (name !== 'seconds')
          points.set(name, (points.get(name) ?? new Map<number, number>()).set(at, value));
      }
    },
    progress: (loop) => (step = loop.step),
    checkpointDue: () => false,
    saveCheckpoint(checkpoint) {
      checkpoints.push(checkpoint);
      return Promise.resolve();
    },
    readEvery: 1,
  };
  const estimator = findEstimator(estimatorId);
  const data = await regretnet.load(config, host);
  const job = {
    problem: regretnet,
    config,
    data,
    estimator,
    settings: parseSettings(estimator, {}),
    seed: 3,
  };
  const before = tf.memory().numTensors;
  await train(job, host, resume && { from: resume, fork: false });
  expect(tf.memory().numTensors, 'every tensor is disposed of in the end').toBe(before);
  return { points, last: checkpoints.at(-1)!, tensors };
}

const cases: [string, object, string][] = [
  ['kept lies, softmax', {}, 'softmax'],
  ['fresh lies, straight-through', { misreports: { steps: 2, start: 'fresh' } }, 'st-gumbel-softmax'],
  ['unit-demand, REINFORCE', { demand: 'unit-demand', items: 3 }, 'reinforce'],
  ['one bidder, two restarts', { bidders: 1, restarts: 2, steps: 6 }, 'softmax'],
];

describe.each(cases)('%s', (_name, raw, estimator) => {
  it('the same seed gives the same bits, resumed or not', async () => {
    const whole = await run(raw, estimator);
    expect((await run(raw, estimator)).last.tensors).toEqual(whole.last.tensors);
    for (const cancelAt of [2, 7]) {
      const first = await run(raw, estimator, { cancelAt });
      const second = await run(raw, estimator, { resume: first.last });
      expect(second.last.tensors).toEqual(whole.last.tensors);
      for (const [name, all] of whole.points) {
        const joined = new Map([...(first.points.get(name) ?? []), ...(second.points.get(name) ?? [])]);
        expect(joined, name).toEqual(all);
      }
    }
  });

  it('the number of tensors does not change from step to step', async () => {
    const { tensors } = await run(raw, estimator);
    expect(new Set(tensors.slice(2)).size).toBe(1);
  });
});

it('a run that is cut at any breath, in its last evaluation too, ends with the same numbers', async () => {
  const short = { steps: 2, evaluateEvery: 2 };
  const whole = await run(short, 'softmax');
  expect(
    whole.tensors.length,
    'breaths of the evaluations of three splits, and those between steps',
  ).toBeGreaterThan(3);
  for (let breath = 1; breath <= whole.tensors.length; breath++) {
    const first = await run(short, 'softmax', { cancelAtBreath: breath });
    const second = await run(short, 'softmax', { resume: first.last });
    expect(second.last.tensors).toEqual(whole.last.tensors);
    expect(second.points.get('testRevenue')).toEqual(whole.points.get('testRevenue'));
  }
});

it('multipliers and kept lies move, and are in the checkpoint', async () => {
  const { last } = await run({}, 'softmax');
  const state = (name: string) => last.tensors.find((tensor) => tensor.name === `state/${name}`)!;
  expect(state('multipliers').data.every((multiplier) => multiplier > 5)).toBe(true);
  expect(state('misreports').shape).toEqual([20, 4]);
});

it('the diagnostics see that f is linear in the choices: softmax at temperature 1 is exact', async () => {
  const { points } = await run({ steps: 4, diagnostics: { every: 4, samples: 32 } }, 'softmax');
  for (const value of points.get('gradientBias')!.values()) expect(value).toBeLessThan(1e-5);
  for (const value of points.get('gradientCosine')!.values()) expect(value).toBeCloseTo(1, 5);
  expect(points.has('gradientReferenceError')).toBe(false);
});
