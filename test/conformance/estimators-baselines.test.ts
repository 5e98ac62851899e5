/** Baselines of REINFORCE. Failure rate by chance and seeds: test/support/estimators/z-test.ts. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import type { Objective } from '../../src/engine/core/choice.ts';
import type { EstimatorState } from '../../src/engine/core/estimator.ts';
import { findEstimator, parseSettings } from '../../src/engine/estimators/registry.ts';
import { rootKey } from '../../src/engine/random/key.ts';
import {
  cases,
  describeCase,
  smoothObjective,
  tiledChoice,
  type ChoiceCase,
} from '../support/estimators/cases.ts';
import { initialState, momentsOf, sampleGradients, type Variant } from '../support/estimators/sampling.ts';
import { slopeBy, stepGradients } from '../support/estimators/side-loss.ts';
import { comparisons, expectVariance } from '../support/estimators/z-test.ts';
import { rowsHere } from '../support/use-backend.ts';

const reinforce = findEstimator('reinforce');
const variantOf = (raw: object): Variant => ({
  definition: reinforce,
  settings: parseSettings(reinforce, raw),
});
const bit: ChoiceCase = {
  kind: 'bernoulli',
  latents: 1,
  classes: 2,
  logits: [Math.log(0.3 / 0.7)],
};
const rows = rowsHere(100_000);

/** The estimate of one step, read to the host. */
function step(variant: Variant, choiceCase: ChoiceCase, objective: Objective, state: EstimatorState) {
  const choice = tiledChoice(choiceCase, rows);
  const result = tf.tidy(() => {
    const input = { choice, objective, key: rootKey(3), temperature: 1, settings: variant.settings, state };
    const estimate = variant.definition.estimate(input);
    const read = (tensors: Readonly<Record<string, tf.Tensor>> = {}) =>
      Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.dataSync()[0]!]));
    return {
      next: read(estimate.nextBuffers),
      diagnostics: read(estimate.diagnostics),
      evaluations: estimate.evaluations,
    };
  });
  choice.logits.dispose();
  return result;
}

describe('the constant of least variance', () => {
  test('for one bit it is f(1) (1 - theta) + f(0) theta, and leaves no variance at all', () => {
    const variant = variantOf({ baseline: 'optimal', decay: 0 });
    const objective = smoothObjective('quadratic', bit).tensors;
    const state = initialState(variant, bit);
    expect(step(variant, bit, objective, state).diagnostics['baseline']).toBe(0);
    const { next } = step(variant, bit, objective, state);
    const constant = next['sum']! / next['weight']!;
    expect(constant).toBeCloseTo(0.3025 * 0.7 + 0.2025 * 0.3, 2);
    tf.tidy(() => {
      state.buffers['sum']!.assign(tf.scalar(0.3025 * 0.7 + 0.2025 * 0.3));
      state.buffers['weight']!.assign(tf.scalar(1));
    });
    const moments = momentsOf(sampleGradients(variant, bit, objective, { rows, seed: 1, state }))[0]!;
    expect(moments.mean).toBeCloseTo(0.1 * 0.21, 6);
    expect(moments.variance).toBeLessThan(1e-12);
    tf.dispose(state.buffers);
  });

  test('no other constant has less variance, for three values', () => {
    const choiceCase = cases[0]!;
    const objective = smoothObjective('quadratic', choiceCase).tensors;
    const variant = variantOf({ baseline: 'optimal', decay: 0 });
    const state = initialState(variant, choiceCase);
    const { next } = step(variant, choiceCase, objective, state);
    const best = next['sum']! / next['weight']!;
    const spread = (constant: number) => {
      tf.tidy(() => {
        state.buffers['sum']!.assign(tf.scalar(constant));
        state.buffers['weight']!.assign(tf.scalar(1));
      });
      const sample = sampleGradients(variant, choiceCase, objective, {
        rows: rowsHere(20_000),
        seed: 2,
        state,
      });
      return momentsOf(sample).reduce((sum, { variance }) => sum + variance, 0);
    };
    const [least, below, above] = [spread(best), spread(best - 0.4), spread(best + 0.4)];
    expect(least).toBeLessThan(below);
    expect(least).toBeLessThan(above);
    tf.dispose(state.buffers);
  });
});

test('self-critical: f at the most probable choice, one evaluation more', () => {
  const variant = variantOf({ baseline: 'self-critical', samples: 2 });
  const objective = smoothObjective('quadratic', bit).tensors;
  const { diagnostics, evaluations } = step(variant, bit, objective, initialState(variant, bit));
  expect(diagnostics['baseline']).toBeCloseTo(0.45 ** 2, 4);
  expect(evaluations).toBe(3);
  // One bit, b = f(0): the estimate is (f(1) - f(0)) (1 - theta) with probability theta, else 0; half of that for 2 samples.
  const moments = momentsOf(sampleGradients(variant, bit, objective, { rows, seed: 4 }))[0]!;
  expectVariance(moments, (0.1 ** 2 * 0.7 ** 2 * 0.3 * 0.7) / 2, 1e-9);
});

const learned = (['squared-error', 'variance'] as const).flatMap((loss) =>
  (['none', 'probabilities'] as const).flatMap((input) =>
    [cases[3]!, cases[5]!].map((choiceCase) => ({
      loss,
      input,
      choiceCase,
      label: describeCase(choiceCase),
    })),
  ),
);

describe.each(learned)('learned, $loss, input $input, $label', ({ loss, input, choiceCase }) => {
  const variant = variantOf({ baseline: 'learned', loss, input, hidden: 3 });
  const objective = smoothObjective('cosine', choiceCase).tensors;
  const options = { rows: 300, seed: 5 };

  test('the side loss trains the baseline and nothing else', () => {
    const state = initialState(variant, choiceCase);
    const side = stepGradients('sideLoss', variant, choiceCase, objective, state, options);
    expect(side.logits).toBeUndefined();
    expect(side.own).toBeUndefined();
    const surrogate = stepGradients('surrogate', variant, choiceCase, objective, state, options);
    expect(Object.values(surrogate.parameters).every((gradient) => gradient === undefined)).toBe(true);
    if (loss === 'variance') {
      const secondMoment = () => {
        const { gradient } = sampleGradients(variant, choiceCase, objective, { ...options, state });
        return gradient.reduce((sum, g) => sum + g * g, 0) / options.rows;
      };
      for (const [name, variable] of Object.entries(state.parameters)) {
        const slope = slopeBy(variable, variable.size - 1, 1e-2, secondMoment);
        expect(Math.abs(side.parameters[name]!.at(-1)! - slope)).toBeLessThan(1e-3 * (1 + Math.abs(slope)));
      }
    }
    tf.dispose(state.parameters);
  });

  test('descending the side loss finds E f, or the constant of least variance', () => {
    const state = initialState(variant, choiceCase, false);
    const found = (raw: object, pick: 'mean' | 'ratio') => {
      const other = variantOf({ ...raw, decay: 0 });
      const fresh = initialState(other, choiceCase);
      const { next } = step(other, choiceCase, objective, fresh);
      tf.dispose(fresh.buffers);
      return pick === 'mean' ? next['sum']! : next['sum']! / next['weight']!;
    };
    const goal =
      loss === 'variance'
        ? found({ baseline: 'optimal' }, 'ratio')
        : found({ baseline: 'moving-average' }, 'mean');
    for (let i = 0; i < 150; i++) {
      const side = stepGradients('sideLoss', variant, choiceCase, objective, state, { rows: 500, seed: i });
      for (const [name, variable] of Object.entries(state.parameters)) {
        const gradient = side.parameters[name]!;
        tf.tidy(() => variable.assign(tf.sub(variable, tf.mul(tf.tensor(gradient, variable.shape), 0.05))));
      }
    }
    const { diagnostics } = step(variant, choiceCase, objective, state);
    // Stochastic descent with a step of 0.05: a standard deviation of about 0.01.
    expect(Math.abs(diagnostics['baseline']! - goal)).toBeLessThan(0.08);
    tf.dispose(state.parameters);
  });
});

afterAll(() => {
  expect(comparisons()).toBeLessThan(50);
});
