/**
 * Published toys with closed forms: E (b - t)^2 of one bit (Tucker et al. 2017), three bits with one logit (Kool et al. 2020).
 * Failure rate by chance and seeds: test/support/estimators/z-test.ts; printed numbers get half a unit of their last digit.
 */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import type { Objective } from '../../src/engine/core/choice.ts';
import { estimateAt } from '../../src/engine/estimators/parts/estimate-at.ts';
import { relaxedPoint } from '../../src/engine/estimators/parts/gumbel-relaxation.ts';
import { findEstimator, parseSettings } from '../../src/engine/estimators/registry.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { cases, smoothObjective, tiledChoice, type ChoiceCase } from '../support/estimators/cases.ts';
import { trueGradient } from '../support/estimators/references.ts';
import { momentsOf, sampleGradients, type Moments, type Variant } from '../support/estimators/sampling.ts';
import { comparisons, expectMeans, expectVariance } from '../support/estimators/z-test.ts';
import { rowsHere } from '../support/use-backend.ts';

const t = 0.45;
const rows = rowsHere(100_000);

function variantOf(id: string, raw: unknown = {}): Variant {
  const definition = findEstimator(id);
  return { definition, settings: parseSettings(definition, raw) };
}

function oneBit(theta: number): ChoiceCase {
  return { kind: 'bernoulli', latents: 1, classes: 2, logits: [Math.log(theta / (1 - theta))] };
}

function toy(variant: Variant, theta: number): Moments {
  const objective = smoothObjective('quadratic', oneBit(theta)).tensors;
  return momentsOf(sampleGradients(variant, oneBit(theta), objective, { rows, seed: 5 }))[0]!;
}

describe('E (b - 0.45)^2 of one bit', () => {
  test.each([
    { theta: 0.5, value: 0.2525, gradient: 0.025 },
    { theta: 0.3, value: 0.2325, gradient: 0.021 },
  ])('exact value and gradient at theta $theta', ({ theta, value, gradient }) => {
    const sample = sampleGradients(
      variantOf('exact'),
      oneBit(theta),
      smoothObjective('quadratic', oneBit(theta)).tensors,
      {
        rows: 2,
        seed: 1,
      },
    );
    expect(sample.value).toBeCloseTo(value, 6);
    expect(sample.gradient).toBeAllClose([gradient, gradient], { absolute: 1e-6 });
  });

  test.each([
    { theta: 0.5, value: 0.250001, gradient: 0.0005 },
    { theta: 0.3, value: 0.7 * 0.249001 + 0.3 * 0.251001, gradient: 0.002 * 0.21 },
  ])('with the target 0.499, exact value and gradient at theta $theta', ({ theta, value, gradient }) => {
    const objective: Objective = {
      relaxable: true,
      evaluate: (z) => tf.sum<tf.Tensor1D>(tf.square(tf.sub(z, 0.499)), 1),
    };
    const sample = sampleGradients(variantOf('exact'), oneBit(theta), objective, { rows: 1, seed: 1 });
    expect(sample.value).toBeCloseTo(value, 6);
    expect(sample.gradient[0]).toBeCloseTo(gradient, 7);
  });

  test.each([
    { theta: 0.5, plain: 1.594e-2, leaveOneOut: 6.25e-4 },
    { theta: 0.3, plain: 1.559e-2, leaveOneOut: 6.09e-4 },
  ])('variances of REINFORCE at theta $theta', ({ theta, plain, leaveOneOut }) => {
    expectVariance(toy(variantOf('reinforce', { baseline: 'none' }), theta), plain, 5e-6);
    expectVariance(
      toy(variantOf('reinforce', { baseline: 'leave-one-out', samples: 2 }), theta),
      leaveOneOut,
      5e-8,
    );
  });

  test.each([
    { theta: 0.5, arm: 2.083e-4, disarm: 0, muprop: 1.562e-2 },
    { theta: 0.3, arm: 3.39e-4, disarm: 2.94e-4, muprop: 2.875e-2 },
  ])('variances of ARM, DisARM and MuProp at theta $theta', ({ theta, arm, disarm, muprop }) => {
    expectVariance(toy(variantOf('arm'), theta), arm, 5e-8);
    expectVariance(toy(variantOf('disarm'), theta), disarm, 5e-8);
    expectVariance(toy(variantOf('muprop'), theta), muprop, 5e-6);
  });

  test.each([0.1, 0.3, 0.62, 0.9])('their closed forms at theta %f', (theta) => {
    const q = theta * (1 - theta);
    const [least, most] = [Math.min(theta, 1 - theta), Math.max(theta, 1 - theta)];
    const difference = 1 - 2 * t;
    const arm = difference ** 2 * ((2 / 3) * (1 / 8 - (most - 0.5) ** 3) - q ** 2);
    const disarm = difference ** 2 * least * most ** 2 * (0.5 - least);
    const muprop = q * (most ** 5 + least ** 5) - q ** 2 * (1 - 2 * theta) ** 2;
    expectVariance(toy(variantOf('arm'), theta), arm, 1e-8);
    expectVariance(toy(variantOf('disarm'), theta), disarm, 1e-8);
    expectVariance(toy(variantOf('muprop'), theta), muprop, 1e-7);
    expect(disarm).toBeLessThan(arm);
  });

  test.each([0.3, 0.45, 0.5, 0.8])(
    'straight-through: 2 (theta - t) theta (1 - theta) at theta %f, so it rests at t',
    (theta) => {
      expectMeans([toy(variantOf('straight-through'), theta)], [2 * (theta - t) * theta * (1 - theta)]);
    },
  );

  test.each([
    { temperature: 1, fixedPoint: 0.377 },
    { temperature: 0.5, fixedPoint: 0.3554 },
  ])(
    'Gumbel-Softmax at temperature $temperature rests at theta $fixedPoint',
    ({ temperature, fixedPoint }) => {
      // The estimator's own maths on a grid of the noise's quantiles, a row each, is its mean; float32 leaves 1e-5.
      const nodes = 20_000;
      const uniforms = Array.from({ length: nodes }, (_, i) => (i + 0.5) / nodes);
      const noise = tf.tensor2d(
        uniforms.map((u) => Math.log(u / (1 - u))),
        [nodes, 1],
      );
      const objective = smoothObjective('quadratic', oneBit(0.5)).tensors;
      const meanGradient = (theta: number) =>
        tf.tidy(() => {
          const choice = tiledChoice(oneBit(theta), nodes);
          const run = tf.grad(
            (logits) =>
              estimateAt(
                relaxedPoint(
                  { kind: 'bernoulli', logits: logits as tf.Tensor2D },
                  noise,
                  temperature,
                  'soft',
                ),
                objective,
              ).surrogate,
          );
          return tf.sum(run(choice.logits)).dataSync()[0]!;
        });
      let [low, high] = [0.2, 0.6];
      expect(meanGradient(low)).toBeLessThan(0);
      expect(meanGradient(high)).toBeGreaterThan(0);
      while (high - low > 1e-5) {
        const middle = (low + high) / 2;
        if (meanGradient(middle) < 0) low = middle;
        else high = middle;
      }
      expect(Math.abs(low - fixedPoint)).toBeLessThan(1e-4);
      noise.dispose();
    },
  );
});

describe('three bits with one logit, f = sum (b_i - p_i)^2', () => {
  const choiceCase: ChoiceCase = { kind: 'bernoulli', latents: 3, classes: 2, logits: [0, 0, 0] };
  const objective: Objective = {
    relaxable: true,
    evaluate: (z) => tf.sum(tf.squaredDifference(z, tf.tensor1d([0.6, 0.51, 0.48])), 1),
  };

  /** The shared logit's gradient is the sum over the bits. */
  function shared(
    variant: Variant,
    size: number,
    state?: Parameters<typeof sampleGradients>[3]['state'],
  ): Moments {
    const { gradient } = sampleGradients(variant, choiceCase, objective, {
      rows: size,
      seed: 6,
      ...(state === undefined ? {} : { state }),
    });
    const summed = Float32Array.from(
      { length: size },
      (_, row) => gradient[3 * row]! + gradient[3 * row + 1]! + gradient[3 * row + 2]!,
    );
    return momentsOf({ gradient: summed, size: 1 })[0]!;
  }

  test('exact gradient', () => {
    expect(shared(variantOf('exact'), 2).mean).toBeCloseTo(-0.045, 6);
  });

  test('variances of REINFORCE (no baseline, E f, leave-one-out) and DisARM', () => {
    expectVariance(shared(variantOf('reinforce', { baseline: 'none' }), rows), 0.43842, 5e-6);
    const leaveOneOut = variantOf('reinforce', { baseline: 'leave-one-out', samples: 2 });
    expectVariance(shared(leaveOneOut, rows), 7.275e-3, 5e-7);
    expectVariance(shared(variantOf('disarm'), rows), 4.65e-3, 5e-7);
    const expectation = [0.6, 0.51, 0.48].reduce((sum, p) => sum + (p * p + (1 - p) ** 2) / 2, 0);
    const buffers = { sum: tf.variable(tf.scalar(expectation)), weight: tf.variable(tf.scalar(1)) };
    expectVariance(shared(variantOf('reinforce'), rows, { parameters: {}, buffers }), 4.65e-3, 5e-7);
  });
});

describe('antithetic pairs and expansions', () => {
  test('MuProp leaves no noise for a linear f', () => {
    for (const choiceCase of cases) {
      const objective = smoothObjective('linear', choiceCase);
      const sample = sampleGradients(variantOf('muprop'), choiceCase, objective.tensors, {
        rows: 40,
        seed: 8,
      });
      const exact = trueGradient(choiceCase, objective);
      expect(sample.gradient).toBeAllClose(
        Array.from(sample.gradient, (_, i) => exact[i % exact.length]!),
        { absolute: 2e-6 },
      );
    }
  });

  test('ARM with two values has the variance of ARM with one bit', () => {
    for (const theta of [0.3, 0.62]) {
      const two: ChoiceCase = {
        kind: 'categorical',
        latents: 1,
        classes: 2,
        logits: [0, Math.log(theta / (1 - theta))],
      };
      const objective = smoothObjective('quadratic', two).tensors; // f of the second value's bit
      const moments = momentsOf(sampleGradients(variantOf('arm'), two, objective, { rows, seed: 5 }));
      const most = Math.max(theta, 1 - theta);
      const q = theta * (1 - theta);
      const variance = (1 - 2 * t) ** 2 * ((2 / 3) * (1 / 8 - (most - 0.5) ** 3) - q ** 2);
      expectVariance(moments[0]!, variance, 1e-8);
      expectVariance(moments[1]!, variance, 1e-8);
    }
  });

  test('DisARM treats two values as one bit', () => {
    const two: ChoiceCase = { kind: 'categorical', latents: 2, classes: 2, logits: [0.3, -0.4, -0.2, 0.7] };
    const bits: ChoiceCase = { kind: 'bernoulli', latents: 2, classes: 2, logits: [0.7, -0.9] };
    const share: Objective = {
      relaxable: true,
      evaluate: (z) => tf.cos(tf.sum(tf.slice(z, [0, 0, 0], [-1, -1, 1]), [1, 2])),
    };
    const sum: Objective = { relaxable: true, evaluate: (z) => tf.cos(tf.sum(z, 1)) };
    const run = (choiceCase: ChoiceCase, objective: Objective) =>
      sampleGradients(variantOf('disarm'), choiceCase, objective, { rows: 60, seed: 4 }).gradient;
    const [values, asBits] = [run(two, share), run(bits, sum)];
    expect(values.filter((_, i) => i % 2 === 0)).toBeAllClose(asBits, { absolute: 1e-6 });
    expect(values.filter((_, i) => i % 2 === 1)).toBeAllClose(
      asBits.map((g) => -g),
      { absolute: 1e-6 },
    );
  });
});

describe('moving average of REINFORCE', () => {
  const choiceCase = oneBit(0.5);
  const variant = variantOf('reinforce', { decay: 0.75 });

  function estimateOnce(objective: Objective, step: number, state: { sum: number; weight: number }) {
    const buffers = { sum: tf.variable(tf.scalar(state.sum)), weight: tf.variable(tf.scalar(state.weight)) };
    const choice = tiledChoice(choiceCase, 8);
    const estimate = variant.definition.estimate({
      choice,
      objective,
      key: fold(rootKey(3), step),
      temperature: 1,
      settings: variant.settings,
      state: { parameters: {}, buffers },
    });
    const read = (tensor: tf.Tensor | undefined) => tensor!.dataSync()[0]!;
    return {
      sum: read(estimate.nextBuffers!['sum']),
      weight: read(estimate.nextBuffers!['weight']),
      baseline: read(estimate.diagnostics!['baseline']),
      value: read(estimate.value),
    };
  }

  test('0 at the first step, then the weighted mean of the values of earlier steps', () => {
    const objective = smoothObjective('quadratic', choiceCase).tensors;
    let state = { sum: 0, weight: 0 };
    const values: number[] = [];
    for (let step = 0; step < 4; step++) {
      const next = estimateOnce(objective, step, state);
      const weights = values.map((_, i) => 0.75 ** (values.length - 1 - i));
      const total = weights.reduce((a, b) => a + b, 0);
      const mean = values.reduce((sum, value, i) => sum + value * weights[i]!, 0) / total;
      expect(next.baseline).toBeCloseTo(step === 0 ? 0 : mean, 6);
      values.push(next.value);
      state = next;
    }
  });

  test('a baseline equal to a constant f leaves no gradient at all', () => {
    const objective = smoothObjective('constant', choiceCase).tensors;
    const buffers = { sum: tf.variable(tf.scalar(1.5)), weight: tf.variable(tf.scalar(0.5)) };
    const { gradient } = sampleGradients(variant, choiceCase, objective, {
      rows: 50,
      seed: 1,
      state: { parameters: {}, buffers },
    });
    expect(gradient.every((g) => g === 0)).toBe(true);
  });
});

afterAll(() => {
  expect(comparisons()).toBeLessThan(200);
});
