/**
 * Every estimator that takes stages, on small trees whose logits depend on the prefix: parameters of the logits and of f, against
 * enumeration and quadrature on the host. Failure rate by chance and seeds: test/support/estimators/z-test.ts; at most 1800
 * comparisons a backend.
 */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import type { StagedChoice } from '../../src/engine/core/choice.ts';
import { emptyState } from '../../src/engine/core/estimator.ts';
import { outliving } from '../../src/engine/core/lasting-estimate.ts';
import { walk } from '../../src/engine/core/stages.ts';
import { estimators, findEstimator, parseSettings } from '../../src/engine/estimators/registry.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import type { Variant } from '../support/estimators/sampling.ts';
import {
  gumbelSoftmaxGradient,
  meanFieldGradient,
  reinmaxBackward,
  stGumbelBackward,
  straightThroughBackward,
  throughWays,
  trueStagedGradient,
  type StagedAnswer,
} from '../support/estimators/staged-answers.ts';
import {
  ownParameters,
  stagedCases,
  stagedChoice,
  stagedObjective,
  type StagedCase,
} from '../support/estimators/staged-cases.ts';
import {
  drawStages,
  initialStages,
  ROWS,
  stagedVariants,
  taking,
  TEMPERATURE,
  variantOf,
  type NamedVariant,
} from '../support/estimators/staged-sampling.ts';
import { comparisons, expectMeans } from '../support/estimators/z-test.ts';

const MOST_COMPARISONS = 1800;

/** What each biased one returns on average; the others return the true gradient. */
const answers: Readonly<Record<string, StagedAnswer>> = {
  'softmax {}': meanFieldGradient,
  'gumbel-softmax {}': gumbelSoftmaxGradient,
  'st-gumbel-softmax {}': throughWays(stGumbelBackward),
  'straight-through {}': throughWays(straightThroughBackward),
  'straight-through {"forward":"argmax"}': throughWays(straightThroughBackward, 'argmax'),
  'straight-through {"backward":"identity"}': throughWays((_stage, _z, slope) => [...slope]),
  'reinmax {}': throughWays(reinmaxBackward(false)),
  'reinmax {"temperature":"schedule"}': throughWays(reinmaxBackward(true)),
};
/** Of the quadrature over the noise of three stages. */
const QUADRATURE = 3e-4;

/** Whether estimates of one choice of three values differ from key to key. */
function drawsOf({ definition, settings }: Variant): boolean {
  return (definition.noise?.(settings, 3) ?? 'drawn') === 'drawn';
}

const named = Object.entries(stagedCases).map(([label, of]) => ({ label, of }));

test('the estimators that take stages', () => {
  expect(taking.map(({ id }) => id)).toEqual([
    'exact',
    'gumbel-softmax',
    'rebar',
    'reinforce',
    'reinmax',
    'softmax',
    'st-gumbel-softmax',
    'straight-through',
    'unordered-set',
  ]);
});

describe.each(stagedVariants)('$name', (variant) => {
  const { definition, name } = variant;
  const answer = answers[name] ?? trueStagedGradient;
  const quiet = definition.noise?.(variant.settings, Infinity) === 'none';

  test('a biased one has its own mean, an unbiased one has none', () => {
    expect(name in answers).toBe(definition.bias === 'biased');
  });

  describe.each(named)('$label', ({ label, of }) => {
    // Six dimensions of noise are too many for a grid.
    const reachable = answer !== gumbelSoftmaxGradient || label !== 'categorical, 3 stages of 3';
    const slack = answer === gumbelSoftmaxGradient ? QUADRATURE : 5e-5;
    const rows = quiet ? 3 : ROWS;
    const expected = reachable ? answer(of, TEMPERATURE) : [];

    if (reachable)
      test.each([false, true])('the mean for parameters of choice and f, costs told: %s', (withCosts) => {
        const drawn = drawStages(variant, of, { rows, seed: 20, withCosts });
        expectMeans(drawn.moments, expected, slack);
      });

    test('counts its evaluations; a seed fixes it', () => {
      const first = drawStages(variant, of, { rows: 20, seed: 5 });
      expect(first.gradient.every(Number.isFinite)).toBe(true);
      expect(drawStages(variant, of, { rows: 20, seed: 5 }).gradient).toEqual(first.gradient);
      if (quiet) expect(drawStages(variant, of, { rows: 20, seed: 6 }).gradient).toEqual(first.gradient);
      expect(Number.isInteger(first.evaluations) && first.evaluations >= 1).toBe(true);
      expect(countedEvaluations(variant, of)).toBe(first.evaluations);
    });
  });
});

/** Calls of f in one estimate. */
function countedEvaluations(variant: Variant, of: StagedCase): number {
  const state = initialStages(variant, of);
  let calls = 0;
  tf.tidy(() => {
    const objective = stagedObjective(of, tf.tensor2d([[...ownParameters]]), false);
    const watched = {
      relaxable: true,
      evaluate: (values: readonly tf.Tensor[]) => {
        calls += 1;
        return objective.evaluate(values);
      },
    };
    variant.definition.estimate({
      choice: stagedChoice(of, tf.tensor2d([[...of.parameters]])),
      objective: watched,
      key: rootKey(1),
      temperature: TEMPERATURE,
      settings: variant.settings,
      state,
    });
  });
  tf.dispose([state.parameters, state.buffers]);
  return calls;
}

const tree = stagedCases['categorical, 3 stages of 3']!;
const bits = stagedCases['bernoulli, stages of 1 and 2']!;

test('the variance of rebar is lower than that of a plain score function', () => {
  const spread = (id: string, raw: object) =>
    drawStages(variantOf(id, raw), tree, { seed: 40, withCosts: true })
      .moments.slice(0, tree.parameters.length)
      .reduce((sum, { variance }) => sum + variance, 0);
  expect(spread('rebar', {})).toBeLessThan(spread('reinforce', { baseline: 'none' }));
});

test('unordered-set draws distinct ways, and with all of them is exact', () => {
  const of = stagedCases['categorical, 2 stages of 3']!;
  const variant = variantOf('unordered-set', { samples: 9 });
  const { gradient, evaluations } = drawStages(variant, of, { rows: 5, seed: 4 });
  const truth = trueStagedGradient(of, 1);
  expect(evaluations).toBe(9);
  expect(gradient).toBeAllClose(Array.from({ length: 5 }, () => truth).flat(), { absolute: 2e-5 });
});

describe.each(stagedVariants)('$name', (variant) => {
  test('leaves no tensor behind in a training step', () => {
    const parameters = tf.variable(tf.tile(tf.tensor2d([[...bits.parameters]]), [4, 1]));
    const own = tf.variable(tf.tile(tf.tensor2d([[...ownParameters]]), [4, 1]));
    const state = initialStages(variant, bits);
    const step = (index: number) => {
      let kept: ReturnType<typeof outliving> | undefined;
      const { value, grads } = tf.variableGrads(() => {
        const estimate = variant.definition.estimate({
          choice: stagedChoice(bits, tf.mul(parameters, 1)),
          objective: stagedObjective(bits, tf.mul(own, 1), true),
          key: fold(rootKey(1), index),
          temperature: TEMPERATURE,
          settings: variant.settings,
          state,
        });
        kept = outliving(estimate);
        return estimate.surrogate;
      }, [parameters, own]);
      for (const [buffer, next] of Object.entries(kept!.nextBuffers)) state.buffers[buffer]!.assign(next);
      tf.dispose([value, grads, kept!.value, kept!.diagnostics, kept!.nextBuffers]);
    };
    step(0);
    const before = tf.memory().numTensors;
    step(1);
    step(2);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([parameters, own, state.parameters, state.buffers]);
  });

  test('one stage is a choice of one stage', () => {
    const of: StagedCase = {
      kind: 'categorical',
      stages: [{ latents: 1, classes: 3 }],
      parameters: [0.4, -0.3, 0.5],
    };
    const drawn = drawStages(variant, of, { rows: drawsOf(variant) ? ROWS : 3, seed: 50 });
    if (variant.definition.bias === 'unbiased') {
      expectMeans(drawn.moments, trueStagedGradient(of, TEMPERATURE), 5e-5);
      return;
    }
    expectMeans(drawn.moments, answers[nameOf(variant)]!(of, TEMPERATURE), QUADRATURE);
  });
});

const nameOf = (variant: Variant) => (variant as NamedVariant).name;

describe('what cannot be taken', () => {
  const choice: StagedChoice = {
    kind: 'staged',
    stageKind: 'bernoulli',
    stages: 13,
    next: () => tf.zeros([2, 1]),
  };
  const objective = {
    relaxable: true,
    evaluate: (values: readonly tf.Tensor[]) => tf.sum<tf.Tensor1D>(tf.concat([...values], 1), 1),
  };
  const ask = (id: string, relaxable = true) =>
    tf.tidy(
      () =>
        findEstimator(id).estimate({
          choice,
          objective: { ...objective, relaxable },
          key: rootKey(1),
          temperature: 1,
          settings: parseSettings(findEstimator(id), {}),
          state: emptyState,
        }).surrogate,
    );

  test('a large tree is refused before it is made', () => {
    expect(() => ask('exact')).toThrow(/13 stages have 8192 values together.*at most 4096/);
  });

  test.each(
    estimators
      .filter(({ stages, supports }) => !stages && supports.includes('bernoulli'))
      .map(({ id }) => id),
  )('%s refuses stages by name', (id) => {
    const { label } = findEstimator(id);
    expect(() => ask(id)).toThrow(`${label} takes`);
    expect(() => ask(id)).toThrow(
      /choices of one stage, but this choice is bernoulli, in stages; choose another/,
    );
  });

  test('an f that cannot be relaxed', () => {
    expect(() => ask('softmax', false)).toThrow(/needs the gradient of f/);
  });
});

test('a walk gives each stage the values before it, and the sampler its number', () => {
  const seen: number[][] = [];
  const choice: StagedChoice = {
    kind: 'staged',
    stageKind: 'bernoulli',
    stages: 3,
    next: (prefix) => {
      seen.push(prefix.map((z) => z.dataSync()[0]!));
      return tf.fill([1, 1], prefix.length);
    },
  };
  const { values, stages } = walk(choice, (stage, s) => tf.fill(stage.logits.shape, s + 10));
  expect(seen).toEqual([[], [10], [10, 11]]);
  expect(values.map((z) => z.dataSync()[0])).toEqual([10, 11, 12]);
  expect(stages.map(({ kind, logits }) => [kind, logits.dataSync()[0]])).toEqual([
    ['bernoulli', 0],
    ['bernoulli', 1],
    ['bernoulli', 2],
  ]);
});

afterAll(() => {
  expect(comparisons()).toBeLessThanOrEqual(MOST_COMPARISONS);
});
