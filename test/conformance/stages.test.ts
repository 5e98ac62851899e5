/**
 * Every estimator that takes stages, on small trees whose logits depend on the prefix: parameters of the logits and of f, against
 * enumeration and quadrature on the host. Failure rate by chance and seeds: test/support/estimators/z-test.ts; at most 1200
 * comparisons a backend.
 */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import type { StagedChoice } from '../../src/engine/core/choice.ts';
import type { EstimatorState } from '../../src/engine/core/estimator.ts';
import { emptyState } from '../../src/engine/core/estimator.ts';
import { outliving } from '../../src/engine/core/lasting-estimate.ts';
import { walk } from '../../src/engine/core/stages.ts';
import { estimators, findEstimator, parseSettings } from '../../src/engine/estimators/registry.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { momentsOf, type Moments, type Variant } from '../support/estimators/sampling.ts';
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
  hostLeaves,
  ownParameters,
  stagedCases,
  stagedChoice,
  stagedObjective,
  type StagedCase,
} from '../support/estimators/staged-cases.ts';
import { comparisons, expectMeans } from '../support/estimators/z-test.ts';

const ROWS = process.env['GUMBEL_TEST_BACKEND'] === 'wasm' ? 4000 : 1500;
const TEMPERATURE = 0.75;
const MOST_COMPARISONS = 1200;

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

interface Named extends Variant {
  readonly name: string;
}

const taking = estimators.filter(({ stages }) => stages);
const variants: readonly Named[] = taking.flatMap((definition) =>
  definition.examples.map((example) => ({
    name: `${definition.id} ${JSON.stringify(example)}`,
    definition,
    settings: parseSettings(definition, example),
  })),
);
const variantOf = (id: string, raw: object = {}): Variant => {
  const definition = findEstimator(id);
  return { definition, settings: parseSettings(definition, raw) };
};

function initial({ definition, settings }: Variant, of: StagedCase, moved = true): EstimatorState {
  const sizes = { kind: of.kind, ...of.stages[0]!, stages: of.stages };
  const state = definition.init?.({ ...sizes, settings, key: rootKey(9) }) ?? emptyState;
  // What holds must hold wherever training leaves them.
  if (moved)
    for (const [which, variable] of Object.values(state.parameters).entries()) {
      const shift = Float32Array.from({ length: variable.size }, (_, i) => 0.1 * Math.sin(7 * i + which + 1));
      tf.tidy(() => variable.assign(tf.add(variable, tf.tensor(shift, variable.shape))));
    }
  return state;
}

/** Whether estimates of one choice of three values differ from key to key. */
function drawsOf({ definition, settings }: Variant): boolean {
  return (definition.noise?.(settings, 3) ?? 'drawn') === 'drawn';
}

interface Asked {
  readonly rows?: number;
  readonly seed: number;
  readonly withCosts?: boolean;
  readonly state?: EstimatorState;
}

interface Drawn {
  /** B times the gradient of a row, for the parameters of the choice and then those of f. */
  readonly moments: Moments[];
  readonly gradient: Float32Array;
  readonly value: number;
  readonly evaluations: number;
}

/** One estimate a row, all rows alike. */
function draw(
  variant: Variant,
  of: StagedCase,
  { rows = ROWS, seed, withCosts = false, state }: Asked,
): Drawn {
  const own = state ?? initial(variant, of);
  const found = { value: Number.NaN, evaluations: 0 };
  const size = of.parameters.length + ownParameters.length;
  const gradient = tf.tidy(() => {
    const tiled = (row: readonly number[]) => tf.tile(tf.tensor2d([[...row]]), [rows, 1]);
    const grads = tf.grads((parameters, f) => {
      const estimate = variant.definition.estimate({
        choice: stagedChoice(of, parameters as tf.Tensor2D),
        objective: stagedObjective(of, f as tf.Tensor2D, withCosts),
        key: rootKey(seed),
        temperature: TEMPERATURE,
        settings: variant.settings,
        state: own,
      });
      found.value = estimate.value.dataSync()[0]!;
      found.evaluations = estimate.evaluations;
      return estimate.surrogate;
    });
    const both = tf.concat(grads([tiled(of.parameters), tiled(ownParameters)]), 1);
    return Float32Array.from(tf.mul(both, rows).dataSync());
  });
  if (state === undefined) tf.dispose([own.parameters, own.buffers]);
  return { moments: momentsOf({ gradient, size }), gradient, ...found };
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

describe.each(variants)('$name', (variant) => {
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
        const drawn = draw(variant, of, { rows, seed: 20, withCosts });
        expectMeans(drawn.moments, expected, slack);
      });

    test('counts its evaluations; a seed fixes it', () => {
      const first = draw(variant, of, { rows: 20, seed: 5 });
      expect(first.gradient.every(Number.isFinite)).toBe(true);
      expect(draw(variant, of, { rows: 20, seed: 5 }).gradient).toEqual(first.gradient);
      if (quiet) expect(draw(variant, of, { rows: 20, seed: 6 }).gradient).toEqual(first.gradient);
      expect(Number.isInteger(first.evaluations) && first.evaluations >= 1).toBe(true);
      expect(countedEvaluations(variant, of)).toBe(first.evaluations);
    });
  });
});

/** Calls of f in one estimate. */
function countedEvaluations(variant: Variant, of: StagedCase): number {
  const state = initial(variant, of);
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
const bits = stagedCases['bernoulli, stages of 2 and 1']!;

describe('reinforce', () => {
  const spread = (moments: readonly Moments[]) =>
    moments.slice(0, tree.parameters.length).reduce((sum, { variance }) => sum + variance, 0);

  test.each(['none', 'leave-one-out', 'self-critical'])(
    'returns to go vary less than whole returns, with the baseline %s',
    (baseline) => {
      const variant = variantOf('reinforce', { baseline, samples: baseline === 'leave-one-out' ? 2 : 1 });
      const [whole, toGo] = [false, true].map((withCosts) =>
        spread(draw(variant, tree, { seed: 30, withCosts }).moments),
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
    const state = initial(variant, tree);
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
    ['probabilities', [2, 1]],
    ['none', []],
  ] as const)(
    'a learned baseline with input %s: one a stage, in its sizes, trained by the side loss',
    (input, inputs) => {
      const variant = variantOf('reinforce', { baseline: 'learned', input, hidden: 4, samples: 2 });
      const state = initial(variant, bits);
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

test('the variance of rebar is lower than that of a plain score function', () => {
  const spread = (id: string, raw: object) =>
    draw(variantOf(id, raw), tree, { seed: 40, withCosts: true })
      .moments.slice(0, tree.parameters.length)
      .reduce((sum, { variance }) => sum + variance, 0);
  expect(spread('rebar', {})).toBeLessThan(spread('reinforce', { baseline: 'none' }));
});

test('unordered-set draws distinct ways, and with all of them is exact', () => {
  const of = stagedCases['categorical, 2 stages of 3']!;
  const variant = variantOf('unordered-set', { samples: 9 });
  const { gradient, evaluations } = draw(variant, of, { rows: 5, seed: 4 });
  const truth = trueStagedGradient(of, 1);
  expect(evaluations).toBe(9);
  expect(gradient).toBeAllClose(Array.from({ length: 5 }, () => truth).flat(), { absolute: 2e-5 });
});

describe.each(variants)('$name', (variant) => {
  test('leaves no tensor behind in a training step', () => {
    const parameters = tf.variable(tf.tile(tf.tensor2d([[...bits.parameters]]), [4, 1]));
    const own = tf.variable(tf.tile(tf.tensor2d([[...ownParameters]]), [4, 1]));
    const state = initial(variant, bits);
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
    const drawn = draw(variant, of, { rows: drawsOf(variant) ? ROWS : 3, seed: 50 });
    if (variant.definition.bias === 'unbiased') {
      expectMeans(drawn.moments, trueStagedGradient(of, TEMPERATURE), 5e-5);
      return;
    }
    expectMeans(drawn.moments, answers[nameOf(variant)]!(of, TEMPERATURE), QUADRATURE);
  });
});

const nameOf = (variant: Variant) => (variant as Named).name;

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
      /choices of one stage, and this choice is bernoulli, in stages; choose another/,
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
