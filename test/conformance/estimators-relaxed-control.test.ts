/**
 * REBAR and RELAX: the law of the conditional noise, by quadrature in double precision from the papers' formulas, and the
 * learned control variate. Failure rate by chance and seeds: test/support/estimators/z-test.ts.
 */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import type { Choice, Objective } from '../../src/engine/core/choice.ts';
import type { EstimatorState } from '../../src/engine/core/estimator.ts';
import {
  conditionalSample,
  conditionalRest,
  perturbedLogProbabilities,
} from '../../src/engine/estimators/parts/conditional-noise.ts';
import { findEstimator, parseSettings } from '../../src/engine/estimators/registry.ts';
import { cases, describeCase, smoothObjective, type ChoiceCase } from '../support/estimators/cases.ts';
import { initialState, momentsOf, sampleGradients, type Variant } from '../support/estimators/sampling.ts';
import { slopeBy, stepGradients } from '../support/estimators/side-loss.ts';
import { comparisons, expectVariance } from '../support/estimators/z-test.ts';

function variantOf(id: string, raw: unknown = {}): Variant {
  const definition = findEstimator(id);
  return { definition, settings: parseSettings(definition, raw) };
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const logit = (u: number) => Math.log(u) - Math.log1p(-u);

/** Trapezoidal nodes in the logit of u: exponentially exact for integrands that are smooth inside (0, 1). */
const nodes = Array.from({ length: 4001 }, (_, i) => {
  const x = (i - 2000) * 0.02;
  return { u: sigmoid(x), complement: sigmoid(-x), weight: 0.02 * sigmoid(x) * sigmoid(-x) };
});
const integral = (g: (u: number, complement: number) => number) =>
  nodes.reduce((sum, { u, complement, weight }) => sum + weight * g(u, complement), 0);

/** z~ and its derivative by phi as Tucker et al. write them, for v and 1 - v. */
function published(phi: number, bit: 0 | 1, v: number, w: number) {
  const theta = sigmoid(phi);
  const q = theta * (1 - theta);
  const at = bit === 1 ? v * theta + 1 - theta : v * (1 - theta);
  const below = bit === 1 ? theta * w : w + v * theta; // 1 - at
  const slope = bit === 1 ? -w * q : -v * q;
  return { z: phi + Math.log(at) - Math.log(below), slope: 1 + slope / (at * below) };
}

describe.each([-1.3, 0, 0.7])('one bit with logit %f', (phi) => {
  const theta = sigmoid(phi);
  const both = [
    { bit: 0 as const, weight: 1 - theta },
    { bit: 1 as const, weight: theta },
  ];

  test('z~ over b has the law of z, and the sign of b', () => {
    for (const k of [1, 2]) {
      const moment = integral((u, c) => Math.tanh(phi + Math.log(u) - Math.log(c)) ** k);
      const mixed = both.reduce(
        (sum, { bit, weight }) =>
          sum + weight * integral((v, w) => Math.tanh(published(phi, bit, v, w).z) ** k),
        0,
      );
      expect(Math.abs(mixed - moment)).toBeLessThan(1e-9);
    }
    expect(nodes.every(({ u, complement }) => published(phi, 1, u, complement).z >= -1e-14)).toBe(true);
    expect(nodes.every(({ u, complement }) => published(phi, 0, u, complement).z <= 1e-14)).toBe(true);
  });

  test.each([
    { temperature: 1, eta: 1 },
    { temperature: 0.5, eta: 0.6 },
  ])('the estimate has the mean (f(1) - f(0)) theta (1 - theta) to 1e-9: %o', ({ temperature, eta }) => {
    const f = (y: number) => (y - 0.45) ** 2 + Math.sin(y);
    const slope = (y: number) => 2 * (y - 0.45) + Math.cos(y);
    const path = (z: number) => {
      const y = sigmoid(z / temperature);
      return (slope(y) * y * (1 - y)) / temperature;
    };
    const unconditional = integral((u, c) => path(phi + Math.log(u) - Math.log(c)));
    const mean = both.reduce((sum, { bit, weight }) => {
      const inner = integral((v, w) => {
        const { z, slope: dz } = published(phi, bit, v, w);
        const y = sigmoid(z / temperature);
        return (f(bit) - eta * f(y)) * (bit - theta) - eta * path(z) * dz;
      });
      return sum + weight * inner;
    }, eta * unconditional);
    expect(Math.abs(mean - (f(1) - f(0)) * theta * (1 - theta))).toBeLessThan(1e-9);
  });

  test.each([0, 1] as const)("the engine's z~ and slope are the published ones, bit %i", (bit) => {
    const grid = nodes.filter((_, i) => i % 200 === 0).filter(({ u }) => u > 1e-6 && u < 1 - 1e-6);
    tf.tidy(() => {
      const rows = grid.length;
      const choice: Choice = { kind: 'bernoulli', logits: tf.fill<tf.Rank.R2>([rows, 1], phi) };
      const hard = tf.fill([rows, 1], bit);
      const noise = tf.tensor2d(
        grid.map(({ u }) => logit(u)),
        [rows, 1],
      );
      const z = conditionalSample(choice, hard, noise);
      const expected = grid.map(({ u, complement }) => published(phi, bit, u, complement));
      const close = { absolute: 2e-6, relative: 1e-5 };
      expect(z.dataSync()).toBeAllClose(
        expected.map((x) => x.z),
        close,
      );
      expect(tf.sub(1, conditionalRest(choice, hard, z)).dataSync()).toBeAllClose(
        expected.map((x) => x.slope),
        close,
      );
    });
  });
});

describe('two values with logits 0.4, -0.3', () => {
  const theta = [sigmoid(0.7), sigmoid(-0.7)];

  /** z~ and its derivative by log theta as Grathwohl et al. write them, -log v as a rate e. */
  function categorical(b: number, e: readonly number[]) {
    return theta.map((p, i) => {
      if (i === b) return { z: -Math.log(e[b]!), slope: 0 };
      const sum = e[i]! / p + e[b]!;
      return { z: -Math.log(sum), slope: e[i]! / p / sum };
    });
  }

  /** Nodes in the logarithm of an exponential number, i.e. in minus a Gumbel one. */
  const gumbels = Array.from({ length: 900 }, (_, i) => {
    const x = -40 + i * 0.05;
    return { e: Math.exp(x), weight: 0.05 * Math.exp(x - Math.exp(x)) };
  });
  const mean = (g: (e: readonly number[]) => number) =>
    gumbels.reduce(
      (outer, a) => outer + a.weight * gumbels.reduce((inner, b) => inner + b.weight * g([a.e, b.e]), 0),
      0,
    );

  test('REBAR has the exact gradient as its mean to 1e-9, from the published z~', () => {
    const temperature = 1;
    const eta = 0.8;
    const f = (y: number) => Math.cos(y) + y * y; // y: share of the first value
    const slope = (y: number) => -Math.sin(y) + 2 * y;
    const share = (z0: number, z1: number) => sigmoid((z0 - z1) / temperature);
    const along = (y: number) => (slope(y) * y * (1 - y)) / temperature; // d f / d (z0 - z1)
    const free = mean((e) => along(share(Math.log(theta[0]! / e[0]!), Math.log(theta[1]! / e[1]!))));
    // The gradient for logit 0: d log theta_0 = 1 - theta_0, d log theta_1 = -theta_0.
    const [q0, q1] = [1 - theta[0]!, -theta[0]!];
    let total = eta * free * (q0 - q1);
    for (const b of [0, 1]) {
      total +=
        theta[b]! *
        mean((e) => {
          const [first, second] = categorical(b, e) as [
            { z: number; slope: number },
            { z: number; slope: number },
          ];
          const y = share(first.z, second.z);
          const score = (b === 0 ? 1 : 0) - theta[0]!;
          const path = along(y) * (first.slope * q0 - second.slope * q1);
          return (f(1 - b) - eta * f(y)) * score - eta * path;
        });
    }
    expect(Math.abs(total - (f(1) - f(0)) * theta[0]! * theta[1]!)).toBeLessThan(1e-9);
  });

  test.each([0, 1])("the engine's z~ and slope are the published ones, value %i", (b) => {
    const rates = gumbels
      .filter((_, i) => i % 60 === 30 && i > 400)
      .flatMap((x, _i, all) => all.map((y) => [x.e, y.e]));
    tf.tidy(() => {
      const rows = rates.length;
      const choice: Choice = {
        kind: 'categorical',
        logits: tf.tile(tf.tensor3d([0.4, -0.3], [1, 1, 2]), [rows, 1, 1]),
      };
      const hard = tf.tile(tf.tensor3d([1 - b, b], [1, 1, 2]), [rows, 1, 1]);
      const noise = tf.tensor3d(
        rates.flat().map((e) => -Math.log(e)),
        [rows, 1, 2],
      );
      const z = conditionalSample(choice, hard, noise);
      const expected = rates.map((e) => categorical(b, e));
      const close = { absolute: 3e-6, relative: 1e-5 };
      expect(z.dataSync()).toBeAllClose(
        expected.flat().map((x) => x.z),
        close,
      );
      expect(tf.sub(1, conditionalRest(choice, hard, z)).dataSync()).toBeAllClose(
        expected.flat().map((x) => x.slope),
        close,
      );
    });
  });

  test('argmax z~ is b, whatever the noise', () => {
    tf.tidy(() => {
      const logits = tf.tile(tf.tensor3d([0.4, -0.3, 2, -Infinity], [1, 1, 4]), [3, 1, 1]);
      const choice: Choice = { kind: 'categorical', logits };
      const hard = tf.tensor3d([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0], [3, 1, 4]);
      const noise = tf.tensor3d([-2, 9, 9, 9, 0, 16, -2, 3, -2.7, 0, -2.8, 5], [3, 1, 4]);
      const z = conditionalSample(choice, hard, noise);
      expect(Array.from(tf.argMax(z, 2).dataSync())).toEqual([0, 1, 2]);
      expect(perturbedLogProbabilities(choice, noise).dataSync().every(Number.isFinite)).toBe(true);
    });
  });
});

const bit: ChoiceCase = { kind: 'bernoulli', latents: 1, classes: 2, logits: [0] };
const rows = 100_000;

function variance(raw: object, f: 'quadratic' | 'linear', temperature: number) {
  const variant = variantOf('rebar', { learn: false, ...raw });
  const state = initialState(variant, bit, false);
  const objective = smoothObjective(f, bit).tensors;
  const moments = momentsOf(
    sampleGradients(variant, bit, objective, { rows, seed: 7, temperature, state }),
  )[0]!;
  tf.dispose(state.parameters);
  return moments;
}

describe('variance of REBAR for one bit at theta 0.5', () => {
  test('f = (b - 0.45)^2, temperature 0.5, eta 1: larger than that of REINFORCE, 1.594e-2', () => {
    expectVariance(variance({ coupled: false }, 'quadratic', 0.5), 2.27e-2, 5e-5);
    expectVariance(variance({ coupled: true }, 'quadratic', 0.5), 2.41e-2, 5e-5);
  });

  test('f = b, temperature 1: the best eta is near 0.85, with 9.4e-3 in place of 6.25e-2', () => {
    const best = variance({ coupled: false, eta: 0.85 }, 'linear', 1);
    expectVariance(best, 9.4e-3, 5e-5);
    expectVariance(variance({ coupled: false, eta: 1e-6 }, 'linear', 1), 6.25e-2, 1e-5);
  });
});

describe('learned control variates', () => {
  const learned = cases.filter((_, i) => [0, 3, 5].includes(i));
  const combinations = learned.flatMap((choiceCase) =>
    [
      ['rebar', {}],
      ['rebar', { coupled: false }],
      ['relax', { hidden: 3 }],
      ['relax', { hidden: 3, coupled: true }],
    ].map(([id, raw]) => ({ choiceCase, id: id as string, raw, label: describeCase(choiceCase) })),
  );

  test.each(combinations)(
    '$id $raw, $label: the side loss is the gradient of the second moment, and of nothing else',
    ({ choiceCase, id, raw }) => {
      const variant = variantOf(id, raw);
      const state = initialState(variant, choiceCase);
      const objective = smoothObjective('cosine', choiceCase).tensors;
      const options = { rows: 200, seed: 3, temperature: 0.8 };
      const side = stepGradients('sideLoss', variant, choiceCase, objective, state, options);
      expect(side.logits).toBeUndefined();
      expect(side.own).toBeUndefined();
      const surrogate = stepGradients('surrogate', variant, choiceCase, objective, state, options);
      expect(Object.values(surrogate.parameters).every((gradient) => gradient === undefined)).toBe(true);
      expect(surrogate.own).toHaveLength(1);
      const secondMoment = () => {
        const { gradient } = sampleGradients(variant, choiceCase, objective, { ...options, state });
        return gradient.reduce((sum, g) => sum + g * g, 0) / options.rows;
      };
      for (const [name, variable] of Object.entries(state.parameters)) {
        const found = side.parameters[name]!;
        const slope = slopeBy(variable, variable.size - 1, 2e-3, secondMoment);
        // Truncation: steps of 0.02 in eta and the temperature's logarithm; rounding 1e-7 / 2e-3.
        expect(Math.abs(found.at(-1)! - slope)).toBeLessThan(2e-3 * (1 + Math.abs(slope)));
      }
      tf.dispose(state.parameters);
    },
  );

  test('eta finds the best one for f = b, near 0.85, and the second moment falls', () => {
    const variant = variantOf('rebar', { coupled: false, eta: 0.2, rate: 1 });
    const state = initialState(variant, bit, false);
    const objective = smoothObjective('linear', bit).tensors;
    const eta = state.parameters['eta']!;
    for (let step = 0; step < 60; step++) {
      const side = stepGradients('sideLoss', variant, bit, objective, state, {
        rows: 2000,
        seed: 100 + step,
      });
      tf.tidy(() => eta.assign(tf.sub(eta, tf.mul(tf.tensor(side.parameters['eta']!, []), 8))));
    }
    expect(2 * sigmoid(eta.dataSync()[0]!)).toBeGreaterThan(0.8);
    expect(2 * sigmoid(eta.dataSync()[0]!)).toBeLessThan(0.9);
    tf.dispose(state.parameters);
  });

  test.each(cases.map((choiceCase) => ({ choiceCase, label: describeCase(choiceCase) })))(
    'RELAX before its network has learned is REBAR: $label',
    ({ choiceCase }) => {
      const objective = smoothObjective('cosine', choiceCase).tensors;
      const sample = (id: string) => {
        const variant = variantOf(id, { coupled: false });
        const state = initialState(variant, choiceCase, false);
        const { gradient, evaluations } = sampleGradients(variant, choiceCase, objective, {
          rows: 40,
          seed: 9,
          state,
        });
        tf.dispose(state.parameters);
        return { gradient, evaluations };
      };
      const [rebar, relax] = [sample('rebar'), sample('relax')];
      expect(relax.gradient).toBeAllClose(rebar.gradient, { absolute: 1e-6 });
      expect([rebar.evaluations, relax.evaluations]).toEqual([3, 3]);
    },
  );

  test('RELAX without a relaxation of f: one evaluation, its own network, unbiased', () => {
    const variant = variantOf('relax');
    const smooth = smoothObjective('quadratic', bit).tensors;
    const calls = { count: 0 };
    const objective: Objective = {
      relaxable: false,
      evaluate: (z) => {
        calls.count += 1;
        const whole = z.dataSync().every((x) => x === 0 || x === 1);
        if (!whole) throw new Error('not a bit');
        return smooth.evaluate(z);
      },
    };
    const state: EstimatorState = initialState(variant, bit);
    const sample = sampleGradients(variant, bit, objective, { rows, seed: 11, state });
    expect([calls.count, sample.evaluations]).toEqual([1, 1]);
    const { mean, error } = momentsOf(sample)[0]!;
    expect(Math.abs(mean - 0.025)).toBeLessThan(5.6 * error);
    const side = stepGradients('sideLoss', variant, bit, objective, state, { rows: 10, seed: 1 });
    expect(side.parameters['eta']).toBeUndefined();
    expect(side.parameters['outputBias']).toBeDefined();
    tf.dispose(state.parameters);
  });
});

afterAll(() => {
  expect(comparisons()).toBeLessThan(100);
});
