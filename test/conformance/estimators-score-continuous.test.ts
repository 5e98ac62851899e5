/**
 * REINFORCE for continuous choices: its mean by quadrature, and its variance in closed form for f = z^2 and z ~ N(m, s^2), with the
 * score (z - m) / s^2 of the mean. Failure rate by chance and seeds: test/support/estimators/z-test.ts.
 */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import type { ContinuousChoice, Objective } from '../../src/engine/core/choice.ts';
import { continuousDistributions } from '../../src/engine/distributions/continuous/registry.ts';
import { findEstimator, parseSettings } from '../../src/engine/estimators/registry.ts';
import { reinforce } from '../../src/engine/estimators/reinforce.ts';
import { reparam } from '../../src/engine/estimators/reparam.ts';
import { rootKey } from '../../src/engine/random/key.ts';
import { coordinate, expectation, hostDistributions } from '../support/continuous.ts';
import { bounded, parameterGradients, slope, tiled } from '../support/continuous-estimates.ts';
import { momentsOf } from '../support/estimators/sampling.ts';
import { comparisons, expectMeans, expectVariance } from '../support/estimators/z-test.ts';
import { rowsHere } from '../support/use-backend.ts';

const rows = rowsHere(20_000);
const distributionOf = (id: string) => continuousDistributions.find((known) => known.id === id)!;
const square: Objective = { relaxable: false, evaluate: (z) => tf.sum<tf.Tensor1D>(tf.square(z), 1) };

const univariate = continuousDistributions
  .filter(({ id }) => id !== 'multivariate-normal')
  .map((distribution) => ({ id: distribution.id, distribution, host: hostDistributions[distribution.id]! }));

describe.each(univariate)('$id', ({ distribution, host }) => {
  test.each([{ baseline: 'none' }, { samples: 3, baseline: 'leave-one-out' }])(
    'the mean is the slope of E f by quadrature, %j',
    (settings) => {
      const parameters = tiled(host.parameters, rows);
      const gradients = parameterGradients(reinforce, distribution, parameters, bounded, 1, settings);
      for (const name of Object.keys(host.parameters)) {
        const expected = [0, 1].map((d) =>
          slope(coordinate(host.parameters, d), name, (at) => expectation(host, at, (z) => Math.tanh(z))),
        );
        expectMeans(momentsOf({ gradient: gradients[name]!, size: 2 }), expected, 5e-5);
      }
      tf.dispose(parameters);
    },
  );

  test('same seed, same bytes; other seeds, other samples; no tensor left', () => {
    const parameters = tiled(host.parameters, 20);
    const run = (seed: number) =>
      parameterGradients(reinforce, distribution, parameters, bounded, seed, {
        samples: 2,
        baseline: 'leave-one-out',
      });
    const first = run(5);
    const before = tf.memory().numTensors;
    expect(run(5)).toEqual(first);
    expect(tf.memory().numTensors).toBe(before);
    expect(run(6)).not.toEqual(first);
    tf.dispose(parameters);
  });
});

describe('f = z^2, z ~ N(m, s^2)', () => {
  const normal = distributionOf('normal');
  /** Estimates of the slope 2 m of E f = m^2 + s^2 for m. */
  const estimates = (m: number, s: number, settings: Record<string, unknown>, id = 'reinforce') => {
    const parameters = tiled({ location: [m], scale: [s] }, 200_000);
    const found = parameterGradients(
      findEstimator(id),
      normal,
      parameters,
      { ...square, relaxable: true },
      2,
      settings,
    );
    tf.dispose(parameters);
    return found;
  };

  test.each([
    [3, 1],
    [-0.5, 2],
    [0, 0.7],
  ])('m = %f, s = %f: means, and variances in closed form', (m, s) => {
    const [m2, s2] = [m * m, s * s];
    // E z^4 e^2 / s^2 - 4 m^2, e standard normal.
    const plain = estimates(m, s, { baseline: 'none' });
    const [location] = momentsOf({ gradient: plain['location']!, size: 1 });
    expectMeans([location!], [2 * m]);
    expectVariance(location!, (m2 * m2 + 18 * m2 * s2 + 15 * s2 * s2) / s2 - 4 * m2, 1e-3);
    expectMeans(momentsOf({ gradient: plain['scale']!, size: 1 }), [2 * s]);
    // Two samples, f_1 - f_2 and e_1 - e_2 by their sum and difference: u^2 (2 m + sqrt 2 s v).
    const [pair] = momentsOf({
      gradient: estimates(m, s, { samples: 2, baseline: 'leave-one-out' })['location']!,
      size: 1,
    });
    expectMeans([pair!], [2 * m]);
    expectVariance(pair!, 8 * m2 + 6 * s2, 1e-3);
    // Pathwise: 2 z.
    const [path] = momentsOf({ gradient: estimates(m, s, {}, 'reparam')['location']!, size: 1 });
    expectMeans([path!], [2 * m]);
    expectVariance(path!, 4 * s2, 1e-4);
  });

  test('the constant of least variance is E f |score|^2 / E |score|^2, of both parameters together', () => {
    const [m, s] = [3, 0.5];
    const settings = parseSettings(reinforce, { baseline: 'optimal', decay: 0, samples: 4 }, 'continuous');
    const state = reinforce.init!({ kind: 'continuous', latents: 1, classes: 0, settings, key: rootKey(1) });
    const next = tf.tidy(() => {
      const choice: ContinuousChoice = {
        kind: 'continuous',
        distribution: normal,
        parameters: tiled({ location: [m], scale: [s] }, 100_000),
      };
      const estimate = reinforce.estimate({
        choice,
        objective: square,
        key: rootKey(3),
        temperature: 1,
        settings,
        state,
      });
      const { sum, weight } = estimate.nextBuffers!;
      return sum!.dataSync()[0]! / weight!.dataSync()[0]!;
    });
    // Scores e / s and (e^2 - 1) / s: 3 / s^2, and (3 m^2 + 13 s^2) / s^2 with f.
    // 400 000 values of some 3 standard deviations of f each: 5 standard errors are 0.04.
    expect(Math.abs(next - (3 * m * m + 13 * s * s) / 3)).toBeLessThan(0.06);
    tf.dispose([state.buffers]);
  });

  test.each([{ baseline: 'moving-average' }, { baseline: 'learned', input: 'none', loss: 'variance' }])(
    'state that training has moved leaves the mean alone, %j',
    (raw) => {
      const settings = parseSettings(reinforce, raw, 'continuous');
      const state = reinforce.init!({
        kind: 'continuous',
        latents: 1,
        classes: 0,
        settings,
        key: rootKey(1),
      });
      const variables = [...Object.values(state.parameters), ...Object.values(state.buffers)];
      tf.tidy(() => variables.forEach((variable, i) => variable.assign(tf.scalar(i + 2))));
      const parameters = tiled({ location: [1], scale: [1] }, 100_000);
      const found = parameterGradients(reinforce, normal, parameters, square, 4, raw, state);
      expectMeans(momentsOf({ gradient: found['location']!, size: 1 }), [2]);
      expectMeans(momentsOf({ gradient: found['scale']!, size: 1 }), [2]);
      tf.dispose([parameters, variables]);
    },
  );

  test("f's own parameters get the mean of their gradient, and f is evaluated once a sample", () => {
    const parameters = tiled({ location: [1], scale: [0.5] }, rows);
    const weights = tf.ones<tf.Rank.R1>([rows]);
    const found = { calls: 0, evaluations: 0 };
    const gradient = tf.tidy(() => {
      const grad = tf.grad((own: tf.Tensor) => {
        const estimate = reinforce.estimate({
          choice: { kind: 'continuous', distribution: normal, parameters },
          objective: {
            relaxable: false,
            evaluate: (z: tf.Tensor) => {
              found.calls += 1;
              return tf.mul<tf.Tensor1D>(square.evaluate(z), own);
            },
          },
          key: rootKey(5),
          temperature: 1,
          settings: parseSettings(reinforce, { samples: 2, baseline: 'leave-one-out' }, 'continuous'),
          state: { parameters: {}, buffers: {} },
        });
        found.evaluations = estimate.evaluations;
        return estimate.surrogate;
      });
      return Float32Array.from(tf.mul(grad(weights), rows).dataSync());
    });
    expectMeans(momentsOf({ gradient, size: 1 }), [1.25], 1e-4);
    expect(found).toEqual({ calls: 2, evaluations: 2 });
    tf.dispose([parameters, weights]);
  });
});

test('the multivariate normal with a Cholesky factor: 2 m and 2 L for f = |z|^2, and agreement with the pathwise mean', () => {
  const [m, l] = [
    [0.4, -0.7],
    [1.2, 0, -0.6, 0.8],
  ];
  const parameters = {
    location: tf.tile(tf.tensor2d(m, [1, 2]), [rows, 1]),
    cholesky: tf.tile(tf.tensor3d(l, [1, 2, 2]), [rows, 1, 1]),
  };
  for (const [definition, settings] of [
    [reinforce, { baseline: 'none' }],
    [reparam, {}],
  ] as const) {
    const found = parameterGradients(
      definition,
      distributionOf('multivariate-normal'),
      parameters,
      { ...square, relaxable: true },
      6,
      settings,
    );
    expectMeans(
      momentsOf({ gradient: found['location']!, size: 2 }),
      m.map((x) => 2 * x),
      1e-4,
    );
    expectMeans(
      momentsOf({ gradient: found['cholesky']!, size: 4 }),
      l.map((x) => 2 * x),
      1e-4,
    );
  }
  tf.dispose(parameters);
});

test.each([
  [{ baseline: 'self-critical' }, 'estimators.reinforce.baseline', /choose another baseline/],
  [{ baseline: 'learned' }, 'estimators.reinforce.input', /set input to none/],
])('%j is refused for a continuous choice, and by the name of the setting', (raw, path, message) => {
  expect(() => parseSettings(reinforce, raw, 'continuous')).toThrow(
    expect.objectContaining({ kind: 'validation', path }),
  );
  expect(() => parseSettings(reinforce, raw, 'continuous')).toThrow(message);
  expect(parseSettings(reinforce, raw, 'bernoulli')).toMatchObject(raw);
  const parameters = tiled({ location: [1], scale: [1] }, 1);
  expect(() =>
    reinforce.estimate({
      choice: { kind: 'continuous', distribution: distributionOf('normal'), parameters },
      objective: square,
      key: rootKey(1),
      temperature: 1,
      settings: parseSettings(reinforce, raw),
      state: { parameters: {}, buffers: {} },
    }),
  ).toThrow(expect.objectContaining({ kind: 'precondition', path }));
  tf.dispose(parameters);
});

afterAll(() => {
  expect(comparisons()).toBeLessThan(200);
});
