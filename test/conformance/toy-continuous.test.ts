/** The problem `toy-continuous`: its distributions against its own exact values, and what it refuses. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { EngineHost } from '../../src/engine/core/engine-host.ts';
import { emptyState } from '../../src/engine/core/estimator.ts';
import type { ProblemInstance } from '../../src/engine/core/problem.ts';
import { findEstimator, parseSettings } from '../../src/engine/estimators/registry.ts';
import { findProblem, parseConfig } from '../../src/engine/problems/registry.ts';
import { rootKey } from '../../src/engine/random/key.ts';

const problem = findProblem('toy-continuous');
const host = {} as EngineHost;

async function made(raw: object) {
  const config = parseConfig(problem, raw);
  const data = await problem.load(config, host);
  return { config, data, instance: problem.create(config, data, rootKey(1)) as ProblemInstance };
}

async function expectedAt(instance: ProblemInstance, theta: number): Promise<number> {
  tf.tidy(() => instance.parameters['theta']!.assign(tf.fill([instance.latents], theta)));
  return (await instance.evaluate('train', 'full'))['expectedValue']!;
}

const baselines = async (raw: object) => {
  const { config, data, instance } = await made(raw);
  instance.dispose();
  return problem.computeBaselines(config, data, host);
};

const ROWS = 512;
const ESTIMATES = 16;
const variants = problem.presets.find(({ id }) => id === 'continuous-distributions')!.variants!;

describe('toy-continuous', () => {
  it.each(variants)(
    '$name: reparam and REINFORCE have the slope of E f as their mean',
    async ({ config }) => {
      const { instance } = await made({
        ...config,
        ...{ objective: 'expr:(z - 2)^2 / (1 + (z - 2)^2)', slope: 1.5, intercept: 0.2, deviation: 0.5 },
        batch: ROWS,
      });
      const step = 0.02;
      const slope = ((await expectedAt(instance, step)) - (await expectedAt(instance, -step))) / (2 * step);
      await expectedAt(instance, 0);
      for (const [id, own] of [
        ['reparam', {}],
        ['reinforce', { baseline: 'none' }],
      ] as const) {
        const estimator = findEstimator(id);
        const settings = parseSettings(estimator, own, 'continuous');
        const found = Array.from({ length: ESTIMATES }, (_, n) =>
          tf.tidy(() => {
            const { grads } = tf.variableGrads(
              () =>
                estimator.estimate({
                  ...instance.step({ step: 0, key: rootKey(2), temperature: 1 }),
                  ...{ key: rootKey(10 + n), settings, state: emptyState },
                }).surrogate,
              Object.values(instance.parameters),
            );
            return Object.values(grads)[0]!.dataSync()[0]!;
          }),
        );
        const mean = found.reduce((sum, one) => sum + one, 0) / ESTIMATES;
        const spread = found.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (ESTIMATES - 1);
        // t of 15 degrees beyond 5.2: 1 in 10 000 each; the difference quotient is right to 1e-3 of the slope.
        const error = Math.sqrt(spread / ESTIMATES);
        expect(Math.abs(mean - slope), id).toBeLessThan(5.2 * error + 2e-3 * Math.abs(slope));
        expect(error).toBeLessThan(0.05);
      }
      instance.dispose();
    },
  );

  it('sums over several numbers are exact, what is no sum is a mean of draws', async () => {
    const raw = { dimensions: 2, correlation: 0.5, slope: 1, intercept: 0.5 };
    const sum = await made({ ...raw, objective: 'expr:sum(cos(z) * [1, 2])' });
    // E cos z = e^(-1/2) cos m
    expect(await expectedAt(sum.instance, 0)).toBeCloseTo(3 * Math.exp(-0.5) * Math.cos(0.5), 8);
    const largest = await made({ ...raw, objective: 'expr:max(z)' });
    // m + theta phi(0), theta^2 = 1 + 1 - 2 / 2; the mean of 4096 draws of variance below 1: 5 errors are 0.08.
    expect(Math.abs((await expectedAt(largest.instance, 0)) - 0.5 - 1 / Math.sqrt(2 * Math.PI))).toBeLessThan(
      0.08,
    );
    for (const { instance } of [sum, largest]) instance.dispose();
  });

  it('knows the smallest E f: by moments, by a search, or not at all', async () => {
    expect(await baselines({ distribution: 'laplace', dimensions: 3, deviation: 0.5 })).toEqual({
      optimum: 1.5,
    });
    expect(await baselines({ distribution: 'exponential' })).toEqual({ optimum: 0 });
    // E (z - 1)^2 = 2 mu^2 - 2 mu + 1 of mean mu.
    const { optimum } = await baselines({
      distribution: 'exponential',
      objective: 'expr:(z - 1)^2',
      intercept: 0,
    });
    expect(optimum).toBeCloseTo(0.5, 6);
    const cosines = await baselines({ objective: 'expr:cos(z)', dimensions: 2 });
    expect(cosines['optimum']).toBeCloseTo(-2 * Math.exp(-0.5), 6);
    expect(await baselines({ dimensions: 2, objective: 'expr:max(z)' })).toEqual({});
  });

  it.each([
    [{ distribution: 'cauchy' }, /objective: E f does not exist.*Cauchy/],
    [{ distribution: 'inverse-gamma', intercept: 0 }, /objective: E f does not exist.*inverse gamma/],
    [{ objective: 'expr:z' }, /objective: E f has no minimum/],
    [{ objective: 'expr:-log(1 + z^2)' }, /objective: E f has no minimum/],
    [{ objective: 'expr:log(z)', distribution: 'log-normal' }, /objective: E f has no minimum/],
    [{ objective: 'expr:sqrt(z)' }, /objective: f is NaN at z = /],
    [{ objective: 'table:1,2' }, /objective: a table has one number per value of z/],
    [{ objective: 'expr:cos(k)' }, /objective: k is the index of a discrete choice/],
    [{ objective: 'expr:z - [1, 2]' }, /objective: a list in the expression has 2 numbers; z has 1/],
  ])('refuses %j', async (raw, message) => {
    await expect(problem.check!(parseConfig(problem, raw))).rejects.toThrow(message);
  });

  it('refuses correlation of what is not normal', () => {
    const raw = { distribution: 'laplace', dimensions: 2, correlation: 0.5 };
    expect(() => parseConfig(problem, raw)).toThrow(/correlation: only the numbers of a normal z/);
  });
});
