/** Baselines of REINFORCE in stages: returns to go, and a state for each stage. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { emptyState, type EstimatorState } from '../../src/engine/core/estimator.ts';
import { rootKey } from '../../src/engine/random/key.ts';
import type { Moments, Variant } from '../support/estimators/sampling.ts';
import {
  hostLeaves,
  ownParameters,
  stagedCases,
  stagedChoice,
  stagedObjective,
  type StagedCase,
} from '../support/estimators/staged-cases.ts';
import { drawStages, initialStages, variantOf } from '../support/estimators/staged-sampling.ts';

const tree = stagedCases['categorical, 3 stages of 3']!;
const bits = stagedCases['bernoulli, stages of 1 and 2']!;

describe('reinforce', () => {
  const spread = (moments: readonly Moments[]) =>
    moments.slice(0, tree.parameters.length).reduce((sum, { variance }) => sum + variance, 0);

  test.each(['none', 'leave-one-out', 'self-critical'])(
    'returns to go vary less than whole returns, with the baseline %s',
    (baseline) => {
      const variant = variantOf('reinforce', { baseline, samples: baseline === 'leave-one-out' ? 2 : 1 });
      const [whole, toGo] = [false, true].map((withCosts) =>
        spread(drawStages(variant, tree, { seed: 30, withCosts }).moments),
      );
      expect(toGo).toBeLessThan(0.9 * whole!);
    },
  );

  test.each([{ baseline: 'leave-one-out', samples: 3 }, { baseline: 'self-critical' }])(
    'a constant f leaves nothing with %o',
    (settings) => {
      const variant = variantOf('reinforce', settings);
      const gradient = tf.tidy(() => {
        const grad = tf.grad((parameters) => {
          const evaluate = () => tf.fill<tf.Rank.R1>([50], 3);
          const choice = stagedChoice(tree, parameters as tf.Tensor2D);
          const question = { choice, objective: { relaxable: false, evaluate }, key: rootKey(3) };
          return variant.definition.estimate({
            ...question,
            temperature: 1,
            settings: variant.settings,
            state: emptyState,
          }).surrogate;
        });
        return grad(tf.tile(tf.tensor2d([[...tree.parameters]]), [50, 1])).dataSync();
      });
      expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-6);
    },
  );

  test('averages are kept stage by stage: with costs, of the returns to go', () => {
    const variant = variantOf('reinforce', { samples: 2, decay: 0.5 });
    const state = initialStages(variant, tree);
    const names = [1, 2, 3].flatMap((s) => [`stage${s}.sum`, `stage${s}.weight`]);
    expect(Object.keys(state.buffers)).toEqual(names);
    const next = nextBuffersOf(variant, tree, state, true);
    expect(Object.keys(next).sort()).toEqual([...names].sort());
    // Half of the mean of what comes from stage s on, over 3000 rows: whole returns would be alike.
    const means = [1, 2, 3].map((s) => next[`stage${s}.sum`]!);
    const expected = expectedReturns(tree);
    means.forEach((mean, s) => expect(Math.abs(mean - expected[s]! / 2)).toBeLessThan(0.05));
    expect(new Set(means.map((mean) => mean.toFixed(2))).size).toBe(3);
    tf.dispose([state.parameters, state.buffers]);
  });

  test.each([
    ['probabilities', [1, 2]],
    ['none', []],
  ] as const)(
    'a learned baseline with input %s: one a stage, in its sizes, trained by the side loss',
    (input, inputs) => {
      const variant = variantOf('reinforce', { baseline: 'learned', input, hidden: 4, samples: 2 });
      const state = initialStages(variant, bits);
      const parameters = Object.entries(state.parameters);
      expect(parameters.map(([name]) => name.split('.')[0])).toEqual(
        [1, 2].flatMap((s) => new Array<string>(input === 'none' ? 1 : 4).fill(`stage${s}`)),
      );
      inputs.forEach((size, s) =>
        expect(state.parameters[`stage${s + 1}.hiddenWeights`]!.shape).toEqual([size, 4]),
      );
      const { grads, value } = tf.variableGrads(
        () =>
          variant.definition.estimate({
            choice: stagedChoice(bits, tf.tile(tf.tensor2d([[...bits.parameters]]), [20, 1])),
            objective: stagedObjective(bits, tf.tile(tf.tensor2d([[...ownParameters]]), [20, 1]), true),
            key: rootKey(2),
            temperature: 1,
            settings: variant.settings,
            state,
          }).sideLoss!,
        parameters.map(([, variable]) => variable),
      );
      for (const [name, variable] of parameters) {
        expect([name, tf.tidy(() => tf.sum(tf.abs(grads[variable.name]!)).dataSync()[0]! > 0)]).toEqual([
          name,
          true,
        ]);
      }
      tf.dispose([grads, value, state.parameters, state.buffers]);
    },
  );
});

/** E of what comes from each stage on. */
function expectedReturns(of: StagedCase): number[] {
  const costs = tf.tidy(() => {
    const leaves = hostLeaves(of, of.parameters);
    const rows = leaves.length;
    const values = of.stages.map((_, s) =>
      tf.tensor(
        leaves.flatMap((leaf) => leaf.values[s]!),
        [rows, 1, leaves[0]!.values[s]!.length],
      ),
    );
    const objective = stagedObjective(of, tf.tile(tf.tensor2d([[...ownParameters]]), [rows, 1]), true);
    const p = tf.tensor1d(leaves.map((leaf) => leaf.p));
    return tf.sum(tf.mul(objective.costs!(values), tf.expandDims(p, 1)), 0).dataSync();
  });
  return Array.from(costs, (_, s) => Array.from(costs.slice(s)).reduce((a, b) => a + b, 0));
}

function nextBuffersOf(variant: Variant, of: StagedCase, state: EstimatorState, withCosts: boolean) {
  const rows = 3000;
  return tf.tidy(() => {
    const { nextBuffers } = variant.definition.estimate({
      choice: stagedChoice(of, tf.tile(tf.tensor2d([[...of.parameters]]), [rows, 1])),
      objective: stagedObjective(of, tf.tile(tf.tensor2d([[...ownParameters]]), [rows, 1]), withCosts),
      key: rootKey(8),
      temperature: 1,
      settings: variant.settings,
      state,
    });
    return Object.fromEntries(
      Object.entries(nextBuffers!).map(([name, next]) => [name, next.dataSync()[0]!]),
    );
  });
}
