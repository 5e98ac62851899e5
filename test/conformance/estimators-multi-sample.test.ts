/** ARMS and double control variates. Failure rate by chance and seeds: test/support/estimators/z-test.ts. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import { antitheticSamples } from '../../src/engine/estimators/arms.ts';
import { findEstimator, parseSettings } from '../../src/engine/estimators/registry.ts';
import { rootKey } from '../../src/engine/random/key.ts';
import { cases, describeCase, smoothObjective, type ChoiceCase } from '../support/estimators/cases.ts';
import { trueGradient } from '../support/estimators/references.ts';
import { initialState, momentsOf, sampleGradients, type Variant } from '../support/estimators/sampling.ts';
import { slopeBy, stepGradients } from '../support/estimators/side-loss.ts';
import { comparisons, expectMeans, expectVariance } from '../support/estimators/z-test.ts';
import { rowsHere } from '../support/use-backend.ts';

function variantOf(id: string, raw: unknown = {}): Variant {
  const definition = findEstimator(id);
  return { definition, settings: parseSettings(definition, raw) };
}

const rows = rowsHere(50_000);

describe('ARMS', () => {
  test.each([0.1, 0.3, 0.5, 0.62, 0.9])('two samples have the variance of DisARM at theta %f', (theta) => {
    const bit: ChoiceCase = {
      kind: 'bernoulli',
      latents: 1,
      classes: 2,
      logits: [Math.log(theta / (1 - theta))],
    };
    const objective = smoothObjective('quadratic', bit).tensors;
    const least = Math.min(theta, 1 - theta);
    const variance = 0.1 ** 2 * least * (1 - least) ** 2 * (0.5 - least);
    const sample = sampleGradients(variantOf('arms', { samples: 2 }), bit, objective, { rows, seed: 3 });
    expectVariance(momentsOf(sample)[0]!, variance, 1e-9);
  });

  test.each([2, 3, 4, 7])('%i samples: each bit has its probability, pairs that of the copula', (samples) => {
    const p = [0.02, 0.2, 0.45, 0.5, 0.55, 0.8, 0.97];
    const both = p.map((q) => {
      const shared = (r: number) => Math.max(2 * r ** (1 / (samples - 1)) - 1, 0) ** (samples - 1);
      return q < 0.5 ? shared(q) : 2 * q - 1 + shared(1 - q);
    });
    const found = tf.tidy(() => {
      const row = p.map((q) => Math.log(q / (1 - q)));
      const logits = tf.tile(tf.tensor2d(row, [1, p.length]), [rows, 1]);
      const { draws, correction } = antitheticSamples(logits, rootKey(samples), samples);
      return {
        first: Array.from(tf.mean(draws[0]!, 0).dataSync()),
        last: Array.from(tf.mean(draws.at(-1)!, 0).dataSync()),
        both: Array.from(tf.mean(tf.mul(draws[0]!, draws.at(-1)!), 0).dataSync()),
        correction: Array.from(correction.dataSync().slice(0, p.length)),
      };
    });
    const moments = (means: readonly number[], expected: readonly number[]) =>
      means.map((mean, i) => {
        const variance = Math.max(0, expected[i]! * (1 - expected[i]!));
        return { mean, variance, error: Math.sqrt(variance / rows), varianceError: 0 };
      });
    expectMeans(moments(found.first, p), p, 2e-5);
    expectMeans(moments(found.last, p), p, 2e-5);
    expectMeans(moments(found.both, both), both, 2e-5);
    expect(found.correction).toBeAllClose(
      p.map((q, i) => (q * (1 - q)) / (q - both[i]!)),
      { absolute: 1e-5, relative: 1e-4 },
    );
  });
});

const every = cases.map((choiceCase) => ({ choiceCase, label: describeCase(choiceCase) }));

describe.each(every)('double control variates, $label', ({ choiceCase }) => {
  test('alpha = 0 is leave-one-out REINFORCE on the same samples', () => {
    const objective = smoothObjective('cosine', choiceCase).tensors;
    const double = variantOf('double-cv', { samples: 3, learn: false });
    const state = initialState(double, choiceCase, false);
    const options = { rows: 50, seed: 5, state };
    const { gradient, evaluations } = sampleGradients(double, choiceCase, objective, options);
    const plain = variantOf('reinforce', { samples: 3, baseline: 'leave-one-out' });
    const expected = sampleGradients(plain, choiceCase, objective, { rows: 50, seed: 5 });
    expect(gradient).toBeAllClose(expected.gradient, { absolute: 1e-6 });
    expect(evaluations).toBe(3);
    tf.dispose(state.parameters);
  });

  test('alpha = -1 leaves no noise for a linear f', () => {
    const objective = smoothObjective('linear', choiceCase);
    const variant = variantOf('double-cv', { samples: 2, alpha: -1 });
    const state = initialState(variant, choiceCase, false);
    const options = { rows: 50, seed: 6, state };
    const { gradient } = sampleGradients(variant, choiceCase, objective.tensors, options);
    const exact = trueGradient(choiceCase, objective);
    expect(gradient).toBeAllClose(
      Array.from(gradient, (_, i) => exact[i % exact.length]!),
      { absolute: 3e-6 },
    );
    tf.dispose(state.parameters);
  });

  test('the side loss is the gradient of the second moment for alpha, and for nothing else', () => {
    const objective = smoothObjective('cosine', choiceCase).tensors;
    const variant = variantOf('double-cv', { samples: 3, alpha: 0.4, rate: 2 });
    const state = initialState(variant, choiceCase);
    const options = { rows: 200, seed: 7 };
    const side = stepGradients('sideLoss', variant, choiceCase, objective, state, options);
    expect([side.logits, side.own]).toEqual([undefined, undefined]);
    const surrogate = stepGradients('surrogate', variant, choiceCase, objective, state, options);
    expect(surrogate.parameters['alpha']).toBeUndefined();
    const slope = slopeBy(state.parameters['alpha']!, 0, 0.05, () => {
      const { gradient } = sampleGradients(variant, choiceCase, objective, { ...options, state });
      return gradient.reduce((sum, g) => sum + g * g, 0) / options.rows;
    });
    // The second moment is quadratic in alpha: only rounding is left.
    expect(side.parameters['alpha']![0]).toBeCloseTo(slope, 4);
    tf.dispose(state.parameters);
  });
});

afterAll(() => {
  expect(comparisons()).toBeLessThan(200);
});
