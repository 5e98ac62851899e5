import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { typeOf, type ContinuousChoice } from '../../../src/engine/core/choice.ts';
import { findEstimator, parseSettings } from '../../../src/engine/estimators/registry.ts';
import { findProblem, parseConfig, problems } from '../../../src/engine/problems/registry.ts';
import { rootKey } from '../../../src/engine/random/key.ts';
import { train } from '../../../src/engine/training/train.ts';
import type { TrainingHost } from '../../../src/engine/training/training-host.ts';
import { engineFiles } from '../../../src/trainer/engine-files.ts';

function recordingHost(points: Map<string, number[]>, logs: string[] = []): TrainingHost {
  return {
    ...engineFiles,
    log: (_level, message) => void logs.push(message),
    now: () => 0,
    breathe: () => Promise.resolve(),
    emit(_step, values) {
      for (const [name, value] of Object.entries(values))
        points.set(name, [...(points.get(name) ?? []), value]);
    },
    progress: () => undefined,
    checkpointDue: () => false,
    saveCheckpoint: () => Promise.resolve(),
    readEvery: 1,
  };
}

async function run(problemId: string, estimatorId: string, raw: object, own: object = {}) {
  const problem = findProblem(problemId);
  const config = parseConfig(problem, raw);
  const estimator = findEstimator(estimatorId);
  const points = new Map<string, number[]>();
  const logs: string[] = [];
  const host = recordingHost(points, logs);
  const data = await problem.load(config, host);
  const baselines = await problem.computeBaselines(config, data, host);
  const settings = parseSettings(estimator, own);
  await train({ problem, config, data, estimator, settings, seed: 1 }, host, undefined);
  return { points, baselines, logs };
}

describe('toy problems', () => {
  it('one bit: exact descent is the descent of the closed form', async () => {
    const { points, baselines } = await run('toy-bernoulli', 'exact', {
      steps: 60,
      learningRate: 0.1,
      evaluateEvery: 10,
    });
    expect(baselines).toEqual({ optimum: expect.closeTo(0.2025, 12) as number });
    // Adam in doubles on d/dphi = 0.1 theta (1 - theta), phi from 0.
    let [phi, m, v] = [0, 0, 0];
    const expected = [0.2525];
    for (let t = 1; t <= 60; t++) {
      const theta = 1 / (1 + Math.exp(-phi));
      const g = 0.1 * theta * (1 - theta);
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      phi -= (0.1 * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
      if (t % 10 === 0) expected.push(0.2025 + 0.1 / (1 + Math.exp(-phi)));
    }
    const found = points.get('expectedValue') ?? [];
    expect(found).toHaveLength(expected.length);
    found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
  });

  it('one bit: straight-through comes to rest at theta = target, not at the optimum', async () => {
    const { points } = await run('toy-bernoulli', 'straight-through', {
      steps: 600,
      batch: 64,
      learningRate: { kind: 'exponential', from: 0.05, to: 0.001, until: 1 },
      objective: 'expr:(z - 0.3)^2',
      evaluateEvery: 100,
    });
    // E f = 0.09 + 0.4 theta; 64 estimates a step keep theta within 0.03 of 0.3 at all but 1 in 1000 seeds or fewer.
    expect(((points.get('expectedValue') ?? []).at(-1)! - 0.09) / 0.4).toBeCloseTo(0.3, 1);
  });

  it('categorical: the cosine is brought to its smallest value', async () => {
    const { points, baselines } = await run('toy-categorical', 'exact', { steps: 300, learningRate: 0.1 });
    expect(baselines['optimum']).toBeCloseTo(Math.cos(3), 12);
    expect(points.get('expectedValue')!.at(-1)).toBeLessThan(-0.97);
    expect(points.get('modeValue')!.at(-1)).toBeCloseTo(Math.cos(3), 12);
    // The exact estimator believes the truth; the points of the two differ by the steps between them.
    expect(Math.abs(points.get('gap')!.at(-1)!)).toBeLessThan(0.01);
  });

  it('bits that share a logit move together, and many bits start where they are told', async () => {
    const { points } = await run('toy-bernoulli', 'exact', {
      bits: 3,
      sharedLogit: true,
      objective: 'expr:sum((z - [0.6, 0.51, 0.48])^2)',
      steps: 1,
      learningRate: 0.01,
    });
    // The first step of Adam is 0.01 against the sign of the slope, which is -0.045.
    const theta = 1 / (1 + Math.exp(-0.01));
    const value = [0.6, 0.51, 0.48].reduce((sum, p) => sum + theta * (1 - p) ** 2 + (1 - theta) * p ** 2, 0);
    expect(points.get('expectedValue')!.at(-1)).toBeCloseTo(value, 6);
    const spread = await run('toy-bernoulli', 'reinforce', {
      bits: 2,
      initialLogits: [800, -800],
      objective: 'table:1,2,3,4',
      steps: 1,
    });
    expect(spread.points.get('expectedValue')![0]).toBe(3);
  });

  it.each(problems)('$id makes the kind of choice that it declares', async (problem) => {
    const config = parseConfig(problem, problem.presets.find(({ id }) => id.endsWith('smoke'))!.config);
    const data = await problem.load(config, recordingHost(new Map()));
    const instance = problem.create(config, data, rootKey(1));
    const { choice } = instance.step({ step: 0, key: rootKey(2), temperature: 1 });
    const declared = problem.choice(config);
    const { kind, stages } = instance;
    const ofInstance = stages === undefined ? { kind } : { kind, stages: true };
    expect([ofInstance, typeOf(choice)]).toEqual([declared, declared]);
    instance.dispose();
  });

  it('Gaussian: comes to rest at theta = -1.5, where E f is the variance of z', async () => {
    const { points, baselines } = await run('toy-continuous', 'reparam', {
      steps: 600,
      batch: 64,
      learningRate: { kind: 'exponential', from: 0.1, to: 0.001, until: 1 },
      evaluateEvery: 100,
    });
    expect(baselines).toEqual({ optimum: 1 });
    expect(points.get('expectedValue')![0]).toBeCloseTo(10, 5);
    // 1.01 is 0.05 from the best theta; 64 estimates a step and a falling step size keep it within at all but 1 in 1000 seeds or fewer.
    expect(points.get('expectedValue')!.at(-1)).toBeLessThan(1.01);
    expect(points.get('expectedValue')!.at(-1)).toBeGreaterThanOrEqual(1);
  });

  it('Gaussian: the diagnostics see REINFORCE and pathwise estimates unbiased, with their variances in closed form', async () => {
    const [batch, samples] = [64, 500];
    const { points } = await run(
      'toy-continuous',
      'reinforce',
      { steps: 1, batch, diagnostics: { every: 1, samples, estimators: ['reparam'] } },
      { baseline: 'none' },
    );
    const measured = (name: string) => points.get(name)![0]!;
    // Of a row, in closed form; the kurtosis of its estimate says how well a sample's variance is known.
    // a^2 (m^4 + 18 m^2 + 15 - 4 m^2) and 4 a^2 s^2 at m = 3, s = 1, a = 2.
    for (const [suffix, variance, kurtosis] of [
      ['', 888, 17.5],
      ['.reparam', 16, 3],
    ] as const) {
      const fiveErrors = 5 * Math.sqrt((2 + (kurtosis - 3) / batch) / samples);
      const found = (batch * measured(`gradientVariance${suffix}`)) / variance;
      expect(Math.abs(found - 1), suffix).toBeLessThan(fiveErrors);
      expect(measured(`gradientBiasLow${suffix}`), suffix).toBeLessThan(0.5);
    }
    expect(measured('gradientBiasLow.reparam')).toBeLessThan(0.1);
    // Slope 12, standard error 4 / 8: nearly every estimate of a one-dimensional gradient has its sign.
    expect(measured('gradientCosine.reparam')).toBeCloseTo(1, 5);
  });

  it('Gaussian in several dimensions: its law, its optimum, and nothing to relax', async () => {
    const raw = { dimensions: 3, correlation: -0.4, deviation: 0.5, slope: 1, intercept: 2 };
    const problem = findProblem('toy-continuous');
    const config = parseConfig(problem, { ...raw, batch: 20_000 });
    expect(config).not.toHaveProperty('temperature');
    const data = await problem.load(config, recordingHost(new Map()));
    const instance = problem.create(config, data, rootKey(1));
    const moments = tf.tidy(() => {
      const { choice } = instance.step({ step: 0, key: rootKey(2), temperature: 1 });
      const { distribution, parameters } = choice as ContinuousChoice;
      const z = tf.sub(distribution.sample(parameters, rootKey(3)), 2);
      return Array.from(tf.mul(tf.matMul(z, z, true), 1 / 20_000).dataSync());
    });
    // Each is a mean of 20 000 products of standard deviation 0.36 at most: 5.6 standard errors are 0.015.
    const covariance = [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => (i === j ? 0.25 : -0.1)));
    expect(moments).toBeAllClose(covariance, { absolute: 0.015 });
    instance.dispose();

    const { points, baselines } = await run('toy-continuous', 'reinforce', {
      ...raw,
      steps: 400,
      batch: 64,
      learningRate: { kind: 'exponential', from: 0.1, to: 0.001, until: 1 },
      logEvery: 100,
    });
    expect(baselines).toEqual({ optimum: 0.75 });
    expect(points.get('expectedValue')![0]).toBeCloseTo(12.75, 5);
    // Within 0.1 of every mean at all but 1 in 1000 seeds or fewer.
    expect(points.get('expectedValue')!.at(-1)).toBeLessThan(0.78);
    expect(points.has('temperature')).toBe(false);
    expect(() => parseConfig(problem, { dimensions: 3, correlation: -0.5 })).toThrow(
      /correlation: .*more than -1/,
    );
    expect(() => parseConfig(problem, { temperature: 1 })).toThrow(/temperature/);
  });

  it('one bit: the diagnostics see the bias of straight-through and the variance of its estimate', async () => {
    const { points } = await run('toy-bernoulli', 'straight-through', {
      steps: 1,
      objective: 'expr:(z - 0.3)^2',
      diagnostics: { every: 1, samples: 640 },
    });
    // At theta = 0.5: exact 0.4 / 4, mean 2 (0.5 - 0.3) / 4 is the same; one estimate is 1.4 / 4 or -0.6 / 4.
    const [bias, high] = ['gradientBias', 'gradientBiasHigh'].map((name) => points.get(name)![0]!);
    expect(bias).toBeLessThan(high!);
    expect(points.get('gradientBiasLow')![0]).toBe(0);
    expect(points.get('gradientVariance')![0]).toBeCloseTo(0.25 ** 2, 2);
    expect(points.get('gradientMse')![0]).toBeCloseTo(0.25 ** 2, 2);
    // 0.35 points along the gradient, -0.15 against it.
    expect(Math.abs(points.get('gradientCosine')![0]!)).toBeLessThan(0.2);
  });

  it.each([
    [1.5, 0.35488, 0.301869, 'reinmax'],
    [2, 0.2525, 0.2025, 'reinmax'],
    [3, 0.12875, 0.091125, 'reinmax'],
    [3, 0.12875, 0.091125, 'arms'],
    // Its control variate has the wrong slope here until eta and the temperature have been learned.
    [3, 0.12875, 0.091125, 'rebar', 0.04],
  ])(
    '128 bits, exponent %f: starts at %f, and goes down towards %f with %s',
    async (power, start, best, estimator, share = 0.2) => {
      const { points, baselines } = await run('toy-bernoulli', estimator, {
        bits: 128,
        objective: `expr:mean(abs(z - 0.45)^${power})`,
        batch: 64,
        steps: 60,
        learningRate: 0.05,
        evaluateEvery: 60,
      });
      const values = points.get('expectedValue')!;
      expect(values[0]).toBeCloseTo(start, 6);
      expect(baselines['optimum']).toBeCloseTo(best, 6);
      // 128 bits whose noisy slopes are right more often than not: a share of the way for certain.
      expect(values.at(-1)).toBeLessThan(start - share * (start - best));
      expect(values.at(-1)).toBeGreaterThan(best);
    },
  );

  it.each([
    ['a sum: exact, term by term', '', 128],
    ['too many values to enumerate: a large sample stands in', ' + 0 * max(z)', 20],
  ])('many bits, %s; the known bias is seen', async (_name, more, bits) => {
    const { points } = await run('toy-bernoulli', 'straight-through', {
      steps: 1,
      bits,
      batch: 16,
      objective: `expr:mean(abs(z - 0.45)^3)${more}`,
      diagnostics: { every: 1, samples: 320 },
    });
    // Per bit q / D times the mean slope 0.15 instead of f(1) - f(0) = 0.07525, at q = 1/4.
    const truth = (0.25 * (0.15 - 0.07525)) / Math.sqrt(bits);
    const error = points.get('gradientReferenceError')?.[0] ?? 0;
    expect(error > 0).toBe(more !== '');
    expect(error).toBeLessThan(truth / 2);
    expect(points.get('gradientBiasLow')![0]! - error).toBeLessThan(truth);
    expect(points.get('gradientBiasHigh')![0]! + error).toBeGreaterThan(truth);
    expect(points.get('gradientBias')![0]! / truth).toBeCloseTo(1, 0);
  });

  it('further estimators: their own variances at the same parameters, with what they learn', async () => {
    const { points } = await run('toy-bernoulli', 'straight-through', {
      steps: 1,
      objective: 'expr:10 + z',
      initialLogits: [Math.log(0.3 / 0.7)],
      diagnostics: { every: 1, samples: 640, estimators: ['reinforce', { id: 'disarm' }] },
    });
    const variance = (id: string) => points.get(`gradientVariance.${id}`)![0]!;
    // theta = 0.3. DisARM: mn mx^2 (1/2 - mn). REINFORCE with the baseline E f = 10.3: 0.0336; without one it would be 24.
    expect(variance('disarm')).toBeCloseTo(0.3 * 0.49 * 0.2, 2);
    // The average over 100 steps is off by 0.046 or so; five times that makes 0.09 of it.
    expect(variance('reinforce')).toBeLessThan(0.1);
    expect(variance('reinforce')).toBeGreaterThan(0.005);
    for (const id of ['disarm', 'reinforce']) {
      expect(points.get(`gradientBiasLow.${id}`)![0]).toBeLessThan(0.02);
      expect(points.get(`gradientCosine.${id}`)![0]).toBeGreaterThan(0.3);
    }
  });

  it('a further estimator that cannot be measured is left out, and the log says so once', async () => {
    const { points, logs } = await run('toy-bernoulli', 'reinforce', {
      steps: 1,
      bits: 13,
      objective: 'expr:max(z)',
      diagnostics: { every: 1, samples: 32, estimators: 'exact, disarm' },
    });
    expect(points.get('gradientVariance.disarm')).toHaveLength(2);
    expect(points.has('gradientVariance.exact')).toBe(false);
    expect(logs.filter((line) => /exact is left out.*8192 values/.test(line))).toHaveLength(1);
  });

  it.each([
    ['toy-bernoulli', { bits: 2, initialLogits: [0] }, /initialLogits: expected 2 numbers, .* found 1/],
    ['toy-categorical', { objective: 'expr:1/k' }, /f is Infinity at k = 0/],
    ['toy-categorical', { objective: 'table:1,2' }, /the table has 2 entries; a choice of 4 values needs 4/],
  ])('%s refuses %j', async (id, raw, message) => {
    await expect(run(id, 'exact', raw)).rejects.toThrow(message);
  });
});
