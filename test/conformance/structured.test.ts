/**
 * Structured choices: best combinations and marginals against enumeration, perturbed maxima in closed form.
 * Failure rate by chance and seeds: test/support/estimators/z-test.ts.
 */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import type { Choice, Objective } from '../../src/engine/core/choice.ts';
import { findEstimator, parseSettings } from '../../src/engine/estimators/registry.ts';
import { fillNormal } from '../../src/engine/random/fill.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import {
  assignmentAutomaton,
  countingAutomaton,
  knapsackAutomaton,
  segmentAutomaton,
} from '../../src/engine/structured/automaton.ts';
import { bestAllowed } from '../../src/engine/structured/best.ts';
import { structuredMarginals } from '../../src/engine/structured/marginals.ts';
import { allStates, smoothObjective, type ChoiceCase } from '../support/estimators/cases.ts';
import { momentsOf, sampleGradients } from '../support/estimators/sampling.ts';
import { allowed } from '../support/estimators/structured.ts';
import { comparisons, expectMeans } from '../support/estimators/z-test.ts';
import { rowsHere } from '../support/use-backend.ts';

const rows = 20;
const weights = [3, 1, 4, 1, 5, 2, 6, 0];

function drawn(count: number, seed: number): Float32Array {
  const values = new Float32Array(count);
  fillNormal(fold(rootKey(7), seed), values);
  return values;
}

const ones = (z: readonly number[]) => z.reduce((a, b) => a + b, 0);
const isAssignment = (values: number) => (z: readonly number[]) =>
  Array.from({ length: values }, (_, k) => ones(z.filter((_x, i) => i % values === k))).every((n) => n <= 1);

const structures = [
  {
    name: 'at most 3',
    automaton: countingAutomaton(3, false),
    classes: 2,
    latents: 8,
    fits: (z: readonly number[]) => ones(z) <= 3,
  },
  {
    name: 'exactly 3',
    automaton: countingAutomaton(3, true),
    classes: 2,
    latents: 8,
    fits: (z: readonly number[]) => ones(z) === 3,
  },
  {
    name: 'a segment',
    automaton: segmentAutomaton,
    classes: 2,
    latents: 8,
    fits: (z: readonly number[]) => allowed(z, 'segment', 0),
  },
  {
    name: 'a knapsack',
    automaton: knapsackAutomaton(weights, 9),
    classes: 2,
    latents: 8,
    fits: (z: readonly number[]) => z.reduce((sum, zd, d) => sum + zd * weights[d]!, 0) <= 9,
  },
  {
    name: 'an assignment, 4 to 4',
    automaton: assignmentAutomaton(4),
    classes: 4,
    latents: 4,
    fits: isAssignment(4),
  },
  {
    name: 'an assignment, 3 to 5',
    automaton: assignmentAutomaton(5),
    classes: 5,
    latents: 3,
    fits: isAssignment(5),
  },
];

describe.each(structures)('$name', ({ automaton, classes, latents, fits }) => {
  const kind = classes === 2 ? 'bernoulli' : 'categorical';
  const width = kind === 'bernoulli' ? latents : latents * classes;
  const states = allStates({ kind, latents, classes, logits: new Array<number>(width).fill(0) })
    .map(({ z }) => z)
    .filter(fits);

  test('the best combination of 20 rows, by enumeration', () => {
    const logits = drawn(rows * width, 1);
    const shape = kind === 'bernoulli' ? [rows, latents] : [rows, latents, classes];
    const found = tf.tidy(() =>
      bestAllowed(
        { kind, logits: tf.tensor<tf.Rank>(logits, shape as [number, number]) } as Choice,
        automaton,
      ).dataSync(),
    );
    for (let row = 0; row < rows; row++) {
      const own = logits.subarray(row * width, (row + 1) * width);
      const score = (z: readonly number[]) => z.reduce((sum, zi, i) => sum + zi * own[i]!, 0);
      const best = states.reduce((a, b) => (score(b) > score(a) ? b : a));
      expect(Array.from(found.slice(row * width, (row + 1) * width))).toEqual(best);
    }
  });

  test.runIf(kind === 'bernoulli')('marginals and their slopes, by enumeration', () => {
    const logits = drawn(width, 2);
    const law = (x: ArrayLike<number>) => {
      const mass = states.map((z) => Math.exp(z.reduce((sum, zi, i) => sum + zi * x[i]!, 0)));
      const total = ones(mass);
      return Array.from({ length: width }, (_, i) =>
        states.reduce((sum, z, s) => sum + (z[i]! * mass[s]!) / total, 0),
      );
    };
    const [y, slope] = tf.tidy(() => {
      const x = tf.tensor2d(logits, [1, width]);
      // The gradient of y_0 - 2 y_3: covariances with them.
      const grad = tf.grad((at: tf.Tensor) => {
        const marginals = structuredMarginals(at as tf.Tensor2D, automaton);
        return tf.sub(tf.slice(marginals, [0, 0], [1, 1]), tf.mul(tf.slice(marginals, [0, 3], [1, 1]), 2));
      });
      return [structuredMarginals(x, automaton).dataSync(), grad(x).dataSync()] as const;
    });
    expect(y).toBeAllClose(law(logits), { absolute: 5e-6 });
    const expected = Array.from(logits).map((_, i) => {
      const at = (by: number) => {
        const moved = law(Array.from(logits, (x, j) => (i === j ? x + by : x)));
        return moved[0]! - 2 * moved[3]!;
      };
      return (at(1e-5) - at(-1e-5)) / 2e-5;
    });
    expect(slope).toBeAllClose(expected, { absolute: 2e-5 });
  });
});

describe('perturbed maxima with a structure', () => {
  const perturbedMax = findEstimator('perturbed-max');
  const temperature = 0.75;
  const density = (x: number) => Math.exp(-x * x * 0.5) / Math.sqrt(2 * Math.PI);

  test.each<{
    choiceCase: ChoiceCase;
    settings: Record<string, unknown>;
    slope: number[];
    expected: number[];
  }>([
    // P(bit 0 is the one) = Phi((theta_0 - theta_1) / (sqrt(2) temperature)); f linear with the weights 1 and 1.4.
    {
      choiceCase: { kind: 'bernoulli', latents: 2, classes: 2, logits: [0.3, -0.2] },
      settings: { structure: 'exactly', size: 1, samples: 4, noise: 'normal' },
      slope: [1, 1.4],
      expected: [1, -1].map(
        (sign) => (sign * (1 - 1.4) * density(0.5 / Math.SQRT2 / temperature)) / Math.SQRT2 / temperature,
      ),
    },
    // Straight or crossed: Phi(s / (2 temperature)), s = theta_00 + theta_11 - theta_01 - theta_10; f = z_00 is 1 if straight.
    {
      choiceCase: {
        kind: 'categorical',
        latents: 2,
        classes: 2,
        logits: [0.3, -0.4, -0.2, 0.7],
      },
      settings: { structure: 'assignment', samples: 4, noise: 'normal' },
      slope: [1, 0, 0, 0],
      expected: [1, -1, -1, 1].map((sign) => (sign * density(1.6 / 2 / temperature)) / 2 / temperature),
    },
    // Only bit 0 fits: Phi(theta_0 / temperature).
    {
      choiceCase: { kind: 'bernoulli', latents: 2, classes: 2, logits: [0.3, -0.2] },
      settings: { structure: 'knapsack', weights: [1, 5], capacity: 3, samples: 2, noise: 'normal' },
      slope: [1, 1.4],
      expected: [density(0.3 / temperature) / temperature, 0],
    },
  ])(
    'the mean gradient of a linear f in closed form, $settings',
    ({ choiceCase, settings, slope, expected }) => {
      const linear: Objective = {
        relaxable: true,
        evaluate: (z) =>
          tf.reshape<tf.Rank.R1>(
            tf.matMul(tf.reshape(z, [-1, slope.length]), tf.tensor2d([slope]), false, true),
            [-1],
          ),
      };
      const sample = sampleGradients(
        { definition: perturbedMax, settings: parseSettings(perturbedMax, settings, choiceCase.kind) },
        choiceCase,
        linear,
        { rows: rowsHere(50_000), seed: 3, temperature },
      );
      expectMeans(momentsOf(sample), expected, 1e-4);
    },
  );

  test.each([
    ['bernoulli', { structure: 'assignment' }, 'structure', /use one for bits/],
    ['categorical', { structure: 'at-most' }, 'structure', /use free or assignment/],
  ] as const)('%s choices refuse %j', (kind, raw, field, message) => {
    const path = `estimators.perturbed-max.${field}`;
    expect(() => parseSettings(perturbedMax, raw, kind)).toThrow(message);
    expect(() => parseSettings(perturbedMax, raw, kind)).toThrow(
      expect.objectContaining({ kind: 'validation', path }),
    );
  });

  test.each([
    [{ kind: 'bernoulli', latents: 2, classes: 2 }, { structure: 'exactly', size: 3 }, 'size'],
    [{ kind: 'bernoulli', latents: 2, classes: 2 }, { structure: 'knapsack', weights: [1] }, 'weights'],
    [{ kind: 'categorical', latents: 3, classes: 2 }, { structure: 'assignment' }, 'structure'],
    [{ kind: 'categorical', latents: 2, classes: 9 }, { structure: 'assignment' }, 'structure'],
  ] as const)('%j refuses %j', (shape, raw, field) => {
    const size = shape.kind === 'bernoulli' ? shape.latents : shape.latents * shape.classes;
    const choiceCase: ChoiceCase = { ...shape, logits: new Array<number>(size).fill(0) };
    const run = () =>
      sampleGradients(
        { definition: perturbedMax, settings: parseSettings(perturbedMax, raw) },
        choiceCase,
        smoothObjective('linear', choiceCase).tensors,
        { rows: 1, seed: 1 },
      );
    expect(run).toThrow(
      expect.objectContaining({ kind: 'precondition', path: `estimators.perturbed-max.${field}` }),
    );
  });
});

afterAll(() => {
  expect(comparisons()).toBeLessThan(100);
});
