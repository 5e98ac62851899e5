/**
 * Sampling without replacement, and the weights of unordered samples, against enumeration over all orders.
 * Failure rate by chance and seeds: test/support/estimators/z-test.ts.
 */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import type { Choice, Objective } from '../../src/engine/core/choice.ts';
import { unorderedWeights } from '../../src/engine/estimators/parts/unordered-weights.ts';
import { distinctSamples } from '../../src/engine/estimators/parts/without-replacement.ts';
import { findEstimator, parseSettings } from '../../src/engine/estimators/registry.ts';
import { rootKey } from '../../src/engine/random/key.ts';
import { allStates, cases, describeCase, tiledChoice, type ChoiceCase } from '../support/estimators/cases.ts';
import { hostProbabilities, stateProbabilities } from '../support/estimators/references.ts';
import { momentsOf, sampleGradients, type Moments } from '../support/estimators/sampling.ts';
import { comparisons, expectMeans, expectVariance } from '../support/estimators/z-test.ts';
import { rowsHere } from '../support/use-backend.ts';

/** Probability of drawing exactly the set, in any order, when what is in `gone` has been taken out. */
function setProbability(p: readonly number[], set: readonly number[], gone: readonly number[]): number {
  if (set.length === 0) return 1;
  const left = p.reduce((sum, pi, i) => (gone.includes(i) ? sum : sum + pi), 0);
  return set.reduce(
    (sum, s) =>
      sum +
      (p[s]! / left) *
        setProbability(
          p,
          set.filter((t) => t !== s),
          [...gone, s],
        ),
    0,
  );
}

function subsets(n: number, k: number): number[][] {
  if (k === 0) return [[]];
  return Array.from({ length: n }, (_, i) => i).flatMap((last) =>
    subsets(last, k - 1).map((rest) => [...rest, last]),
  );
}

function weightsOf(p: readonly number[]) {
  return tf.tidy(() => {
    const { first, second } = unorderedWeights(tf.tensor2d([...p], [1, p.length]));
    return { first: Array.from(first.dataSync()), second: Array.from(second.dataSync()) };
  });
}

const distributions = [
  [0.1, 0.2, 0.3, 0.4],
  [0.7, 0.05, 0.15, 0.06, 0.04],
  [0.9, 0.099, 0.0007, 0.0003],
];

describe.each(distributions.map((p) => ({ p })))('weights of sets of $p', ({ p }) => {
  const values = p.map((_, i) => Math.sin(3 * i + 1));
  const truth = p.map((pi, i) => {
    const mean = p.reduce((sum, pj, j) => sum + pj * values[j]!, 0);
    return pi * (values[i]! - mean);
  });

  test.each([1, 2, 3, 4])('k = %i: the leave-out ratios, by their definition', (k) => {
    for (const set of subsets(p.length, k)) {
      const without = (...out: number[]) =>
        setProbability(
          p,
          set.filter((t) => !out.includes(t)),
          out,
        );
      const { first, second } = weightsOf(set.map((s) => p[s]!));
      const close = { absolute: 2e-6, relative: 2e-3 };
      expect(first).toBeAllClose(
        set.map((s) => (p[s]! * without(s)) / without()),
        close,
      );
      expect(second).toBeAllClose(
        set.flatMap((s) => set.map((t) => (s === t ? p[s]! : (p[t]! * without(s, t)) / without(s)))),
        close,
      );
    }
  });

  test.each([2, 3])('k = %i: unbiased over all sets, with and without the baseline', (k) => {
    const mean = { plain: p.map(() => 0), based: p.map(() => 0) };
    for (const set of subsets(p.length, k)) {
      const chance = setProbability(p, set, []);
      const { first, second } = weightsOf(set.map((s) => p[s]!));
      set.forEach((s, i) => {
        const expected = set.reduce((sum, t, j) => sum + second[i * k + j]! * values[t]!, 0);
        p.forEach((pi, coordinate) => {
          const score = (coordinate === s ? 1 : 0) - pi;
          mean.plain[coordinate]! += chance * first[i]! * values[s]! * score;
          mean.based[coordinate]! += chance * first[i]! * (values[s]! - expected) * score;
        });
      });
    }
    expect(mean.plain).toBeAllClose(truth, { absolute: 2e-6 });
    expect(mean.based).toBeAllClose(truth, { absolute: 2e-6 });
  });
});

const rows = rowsHere(40_000);

/** Number of each state in a draw, [rows] by order of drawing. */
function drawnStates(choiceCase: ChoiceCase, count: number, seed: number): number[][] {
  const states = new Map(allStates(choiceCase).map(({ z }, i) => [z.join(), i]));
  const choice: Choice = tiledChoice(choiceCase, rows);
  const size = choiceCase.logits.length;
  const columns = tf.tidy(() =>
    distinctSamples(choice, rootKey(seed), count).draws.map((draw) => Array.from(draw.dataSync())),
  );
  choice.logits.dispose();
  return Array.from({ length: rows }, (_, row) =>
    columns.map((column) => states.get(column.slice(row * size, (row + 1) * size).join())!),
  );
}

describe.each(cases.slice(1).map((choiceCase) => ({ choiceCase, label: describeCase(choiceCase) })))(
  'without replacement, $label',
  ({ choiceCase }) => {
    const p = stateProbabilities(choiceCase, hostProbabilities(choiceCase, choiceCase.logits));
    const k = Math.min(2, p.length);

    test('orders have the law of Plackett and Luce', () => {
      const drawn = drawnStates(choiceCase, 2, 17);
      const share = (counted: (states: readonly number[]) => boolean, expected: number) => {
        const mean = drawn.filter(counted).length / rows;
        const variance = expected * (1 - expected);
        return { moments: { mean, variance, error: Math.sqrt(variance / rows), varianceError: 0 }, expected };
      };
      expect(drawn.every((states) => new Set(states).size === k)).toBe(true);
      const orders = p.flatMap((pi, i) =>
        p.flatMap((pj, j) => (i === j ? [] : [share(([a, b]) => a === i && b === j, (pi * pj) / (1 - pi))])),
      );
      expectMeans(
        orders.map(({ moments }) => moments),
        orders.map(({ expected }) => expected),
      );
    });
  },
);

test('inclusion in two of (0.1, 0.2, 0.3, 0.4)', () => {
  const logits = [0.1, 0.2, 0.3, 0.4].map(Math.log);
  const drawn = drawnStates({ kind: 'categorical', latents: 1, classes: 4, logits }, 2, 18);
  const expected = [0.2345238, 0.4412698, 0.6083333, 0.715873];
  const moments = expected.map((q, i) => {
    const mean = drawn.filter((states) => states.includes(i)).length / rows;
    return { mean, variance: q * (1 - q), error: Math.sqrt((q * (1 - q)) / rows), varianceError: 0 };
  });
  expectMeans(moments, expected, 1e-7);
});

describe('three bits with one logit, f = sum (b_i - p_i)^2', () => {
  const choiceCase: ChoiceCase = { kind: 'bernoulli', latents: 3, classes: 2, logits: [0, 0, 0] };
  const objective: Objective = {
    relaxable: true,
    evaluate: (z) => tf.sum(tf.squaredDifference(z, tf.tensor1d([0.6, 0.51, 0.48])), 1),
  };
  const definition = findEstimator('unordered-set');

  function shared(raw: object, drawn = 2 * rows): Moments & { readonly evaluations: number } {
    const settings = parseSettings(definition, raw);
    const sample = sampleGradients({ definition, settings }, choiceCase, objective, { rows: drawn, seed: 6 });
    const summed = Float32Array.from({ length: drawn }, (_, row) =>
      sample.gradient.subarray(3 * row, 3 * row + 3).reduce((sum, g) => sum + g, 0),
    );
    return { ...momentsOf({ gradient: summed, size: 1 })[0]!, evaluations: sample.evaluations };
  }

  test('variances of two samples without and with the baseline', () => {
    expectVariance(shared({ samples: 2, baseline: false }), 0.18789, 5e-6);
    expectVariance(shared({ samples: 2 }), 6.113e-3, 5e-7);
  });

  test('all eight values, or more asked for: the exact gradient, eight evaluations', () => {
    for (const samples of [8, 10]) {
      // Every row is the exact gradient: few of them tell as much as many.
      const { mean, variance, evaluations } = shared({ samples }, 500);
      expect(mean).toBeCloseTo(-0.045, 5);
      expect(variance).toBeLessThan(1e-11);
      expect(evaluations).toBe(8);
    }
  });
});

test('one value has all of the probability: finite, and no gradient', () => {
  const definition = findEstimator('unordered-set');
  const settings = parseSettings(definition, { samples: 6 });
  const wide: ChoiceCase = {
    kind: 'categorical',
    latents: 2,
    classes: 4,
    logits: [40, 0, -40, -80, -80, 60, 0, 1],
  };
  const objective: Objective = { relaxable: false, evaluate: (z) => tf.sum(tf.square(tf.sum(z, 1)), 1) };
  const { gradient } = sampleGradients({ definition, settings }, wide, objective, { rows: 200, seed: 2 });
  expect(gradient.every((g) => Math.abs(g) < 1e-5)).toBe(true);
});

test('sixty bits, more values than could be listed: distinct, each with its own probability', () => {
  const size = 60;
  const logits = Array.from({ length: size }, (_, d) => 3 * Math.sin(d));
  const wide: ChoiceCase = { kind: 'bernoulli', latents: size, classes: 2, logits };
  tf.tidy(() => {
    const { draws, logProbability } = distinctSamples(tiledChoice(wide, 50), rootKey(4), 5);
    const columns = draws.map((draw) => draw.arraySync() as number[][]);
    const reported = logProbability.arraySync() as number[][];
    for (let row = 0; row < 50; row++) {
      const drawn = columns.map((column) => column[row]!);
      expect(new Set(drawn.map((z) => z.join(''))).size).toBe(5);
      const expected = drawn.map((z) =>
        z.reduce((sum, bit, d) => sum - Math.log1p(Math.exp(bit === 1 ? -logits[d]! : logits[d]!)), 0),
      );
      expect(reported[row]!).toBeAllClose(expected, { absolute: 1e-4 });
    }
  });
});

afterAll(() => {
  expect(comparisons()).toBeLessThan(400);
});
