/**
 * What sets the straight-through family and the relaxations apart: conditional noise, gaps, the order of their bias, fixed points.
 * Failure rate by chance and seeds: test/support/estimators/z-test.ts; a Kolmogorov-Smirnov check fails with 1e-6.
 */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import type { Choice, Objective } from '../../src/engine/core/choice.ts';
import { hardSample, relaxationNoise } from '../../src/engine/estimators/parts/choice-maths.ts';
import { conditionalSample } from '../../src/engine/estimators/parts/conditional-noise.ts';
import { gappedScores } from '../../src/engine/estimators/gapped-st.ts';
import { findEstimator, parseSettings } from '../../src/engine/estimators/registry.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import {
  cases,
  describeCase,
  smoothObjective,
  tiledChoice,
  type ChoiceCase,
  type TestObjective,
} from '../support/estimators/cases.ts';
import { knownAnswers } from '../support/estimators/known-answers.ts';
import { hostMode, hostProbabilities, trueGradient } from '../support/estimators/references.ts';
import { momentsOf, sampleGradients, type Variant } from '../support/estimators/sampling.ts';
import { comparisons, expectMeans, expectVariance } from '../support/estimators/z-test.ts';
import { rowsHere } from '../support/use-backend.ts';

const rows = rowsHere(20_000);

function variantOf(id: string, raw: unknown = {}): Variant {
  const definition = findEstimator(id);
  return { definition, settings: parseSettings(definition, raw) };
}

/** z and theta + G given z, one row a sample, flat. */
function samplesWithNoise(choice: Choice): { z: number[]; scores: number[] } {
  return tf.tidy(() => {
    const z = hardSample(choice, fold(rootKey(3), 'z'));
    const noise = relaxationNoise(choice, fold(rootKey(3), 'noise'));
    const scores = conditionalSample(choice, z, noise);
    return { z: Array.from(z.dataSync()), scores: Array.from(scores.dataSync()) };
  });
}

/** Largest distance of the empirical distribution from `cdf`, times the root of the size: above 2.7 with probability 1e-6. */
function kolmogorovSmirnov(sample: readonly number[], cdf: (x: number) => number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  const n = sorted.length;
  const distances = sorted.map((x, i) => Math.max((i + 1) / n - cdf(x), cdf(x) - i / n));
  return Math.max(...distances) * Math.sqrt(n);
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x));

describe('noise given the hard sample', () => {
  const labelled = cases.map((choiceCase) => ({ choiceCase, label: describeCase(choiceCase) }));

  test.each(labelled)('$label: leans to that sample, always', ({ choiceCase }) => {
    const choice = tiledChoice(choiceCase, rows);
    const { z, scores } = samplesWithNoise(choice);
    expect(hostMode(choiceCase, scores)).toEqual(z);
    choice.logits.dispose();
  });

  test.each(labelled)('$label: over samples it has the law of free noise', ({ choiceCase }) => {
    const { kind, latents, classes, logits } = choiceCase;
    const choice = tiledChoice(choiceCase, rows);
    const { scores } = samplesWithNoise(choice);
    const size = logits.length;
    for (let d = 0; d < latents; d++) {
      const pairs =
        kind === 'bernoulli'
          ? [[d, -1] as const]
          : Array.from({ length: classes - 1 }, (_, j) => [d * classes, d * classes + j + 1] as const);
      for (const [i, j] of pairs) {
        // The difference of two Gumbels is logistic around the difference of their logits.
        const centre = logits[i]! - (j === -1 ? 0 : logits[j]!);
        const sample = Array.from(
          { length: rows },
          (_, row) => scores[row * size + i]! - (j === -1 ? 0 : scores[row * size + j]!),
        );
        expect(kolmogorovSmirnov(sample, (x) => logistic(x - centre))).toBeLessThan(2.7);
      }
    }
    choice.logits.dispose();
  });

  test('the largest score is a Gumbel, whatever the sample is', () => {
    const choiceCase = cases[0]!;
    const choice = tiledChoice(choiceCase, rows);
    const { z, scores } = samplesWithNoise(choice);
    for (let k = 0; k < 3; k++) {
      const tops = Array.from({ length: rows }, (_, row) => row)
        .filter((row) => z[row * 3 + k] === 1)
        .map((row) => scores[row * 3 + k]!);
      // Scores leave out log Z.
      expect(kolmogorovSmirnov(tops, (x) => Math.exp(-Math.exp(-x)))).toBeLessThan(2.7);
    }
    choice.logits.dispose();
  });

  test('values that cannot be chosen stay out of reach, and certain ones take everything', () => {
    const logits = tf.tensor3d([-Infinity, 1, 2, -Infinity, -Infinity, 3, 1e4, -1e4, 0], [3, 1, 3]);
    const { z, scores } = samplesWithNoise({ kind: 'categorical', logits });
    expect(scores.some(Number.isNaN)).toBe(false);
    expect(Math.max(scores[0]!, scores[3]!, scores[4]!)).toBeLessThan(-1e29);
    expect(z.slice(6)).toEqual([1, 0, 0]);
    logits.dispose();
  });
});

describe('variance of Gumbel-Rao', () => {
  const choiceCase: ChoiceCase = { kind: 'bernoulli', latents: 1, classes: 2, logits: [0.3] };
  const temperature = 0.3;
  const { tensors, gradient } = smoothObjective('quadratic', choiceCase);

  /** Mean and second moment of y (1 - y) / temperature given the bit, by midpoints of its uniform. */
  function given(bit: 0 | 1): { mean: number; variance: number } {
    const p = logistic(0.3);
    const n = 20_000;
    const slopes = Array.from({ length: n }, (_, i) => {
      const v = (i + 0.5) / n;
      const u = bit === 1 ? 1 - p + v * p : v * (1 - p);
      const y = logistic((0.3 + Math.log(u / (1 - u))) / temperature);
      return (y * (1 - y)) / temperature;
    });
    const mean = slopes.reduce((a, b) => a + b, 0) / n;
    return { mean, variance: slopes.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n };
  }

  test.each([1, 4, 20])('M = %i: E[Var(. | z)] / M plus what the bits leave', (samples) => {
    const p = [1 - logistic(0.3), logistic(0.3)];
    const slope = [0, 1].map((bit) => gradient([bit])[0]!);
    const laws = [given(0), given(1)];
    const within = laws.reduce((sum, { variance }, b) => sum + p[b]! * slope[b]! ** 2 * variance, 0);
    const means = laws.map(({ mean }, b) => slope[b]! * mean);
    const mean = means.reduce((sum, x, b) => sum + p[b]! * x, 0);
    const between = means.reduce((sum, x, b) => sum + p[b]! * (x - mean) ** 2, 0);
    const variant = variantOf('gumbel-rao', { samples });
    const options = { rows: 3 * rows, seed: 4, temperature };
    const [moments] = momentsOf(sampleGradients(variant, choiceCase, tensors, options));
    expectVariance(moments!, within / samples + between, 1e-5);
    if (samples > 1) return;
    const plain = momentsOf(sampleGradients(variantOf('st-gumbel-softmax'), choiceCase, tensors, options));
    expectVariance(plain[0]!, within + between, 1e-5);
  });
});

describe('gapped scores', () => {
  test.each(cases.map((choiceCase) => ({ choiceCase, label: describeCase(choiceCase) })))(
    '$label: the sample leads by the gap at least, and by no more than it must',
    ({ choiceCase }) => {
      const { kind, latents, classes, logits } = choiceCase;
      const choice = tiledChoice(choiceCase, 200);
      const gap = 0.7;
      const [z, scores] = tf.tidy(() => {
        const hard = hardSample(choice, rootKey(8));
        return [hard.dataSync(), gappedScores(choice, hard, gap).dataSync()] as const;
      });
      const leads: number[] = [];
      for (let choiceIndex = 0; choiceIndex < 200 * latents; choiceIndex++) {
        const d = choiceIndex % latents;
        if (kind === 'bernoulli') {
          const sign = 2 * z[choiceIndex]! - 1;
          leads.push(sign * scores[choiceIndex]!);
          expect(sign * scores[choiceIndex]!).toBeCloseTo(Math.max(gap, sign * logits[d]!), 5);
          continue;
        }
        const own = Array.from(scores.slice(choiceIndex * classes, (choiceIndex + 1) * classes));
        const chosen = Array.from(z.slice(choiceIndex * classes, (choiceIndex + 1) * classes)).indexOf(1);
        const others = own.filter((_, k) => k !== chosen);
        const free = logits.slice(d * classes, (d + 1) * classes);
        leads.push(own[chosen]! - Math.max(...others));
        expect(own[chosen]).toBeCloseTo(Math.max(...free), 5);
        own.forEach((score, k) => {
          if (k !== chosen) expect(score).toBeCloseTo(Math.min(free[k]!, Math.max(...free) - gap), 5);
        });
      }
      expect(Math.min(...leads)).toBeGreaterThan(gap - 1e-5);
      choice.logits.dispose();
    },
  );
});

/** f(z) = z Q z + w z with every pair of coordinates in it. */
function fullQuadratic({ logits }: ChoiceCase): TestObjective {
  const size = logits.length;
  const q = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_unused, j) => Math.sin(1 + i + 2 * j)),
  );
  const w = Array.from({ length: size }, (_, i) => Math.cos(i));
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  return {
    value: (z) => dot(z, w) + q.reduce((sum, row, i) => sum + z[i]! * dot(row, z), 0),
    gradient: (z) => w.map((wi, i) => wi + q.reduce((sum, row, j) => sum + z[j]! * (row[i]! + q[i]![j]!), 0)),
    tensors: {
      relaxable: true,
      evaluate: (z) => {
        const flat = tf.reshape<tf.Rank.R2>(z, [-1, size]);
        const square = tf.sum(tf.mul(tf.matMul(flat, tf.tensor2d(q)), flat), 1);
        return tf.add<tf.Tensor1D>(square, tf.reshape(tf.matMul(flat, tf.tensor2d(w, [size, 1])), [-1]));
      },
    },
  };
}

describe('order of the bias', () => {
  const wide: ChoiceCase = {
    kind: 'categorical',
    latents: 1,
    classes: 6,
    logits: [0.5, -1, 0.2, 1.1, 0, -0.4],
  };
  const every = [...cases, wide].map((choiceCase) => ({
    choiceCase,
    label: `${describeCase(choiceCase)}, ${choiceCase.logits.length} logits`,
  }));

  test.each(every)('ReinMax is exact for every quadratic f: $label', ({ choiceCase }) => {
    const objective = fullQuadratic(choiceCase);
    const truth = trueGradient(choiceCase, objective);
    const formula = knownAnswers['reinmax']!.mean(choiceCase, objective, 1, { temperature: 'one' })!;
    formula.forEach((mean, i) => expect(mean).toBeCloseTo(truth[i]!, 10));
    const sample = sampleGradients(variantOf('reinmax'), choiceCase, objective.tensors, { rows, seed: 9 });
    expectMeans(momentsOf(sample), truth);
  });

  test('ReinMax is not exact for a quartic f, nor straight-through for a quadratic one', () => {
    const bit: ChoiceCase = { kind: 'bernoulli', latents: 1, classes: 2, logits: [0.3] };
    const distance = (id: string, name: 'quadratic' | 'quartic', settings: Record<string, unknown>) => {
      const objective = smoothObjective(name, bit);
      const mean = knownAnswers[id]!.mean(bit, objective, 1, settings)![0]!;
      return Math.abs(mean - trueGradient(bit, objective)[0]!);
    };
    expect(distance('reinmax', 'quartic', { temperature: 'one' })).toBeGreaterThan(0.01);
    expect(distance('straight-through', 'quadratic', { forward: 'sample' })).toBeGreaterThan(0.01);
    expect(distance('reinmax', 'quadratic', { temperature: 'one' })).toBeLessThan(1e-12);
  });

  test.each(every)('perturbed maximum with Gumbel noise is exact for linear f: $label', ({ choiceCase }) => {
    const objective = smoothObjective('linear', choiceCase);
    const sample = sampleGradients(variantOf('perturbed-max'), choiceCase, objective.tensors, {
      rows,
      seed: 10,
    });
    expectMeans(momentsOf(sample), trueGradient(choiceCase, objective));
  });

  test('the mean of perturbed choices is softmax(theta / temperature)', () => {
    const [choiceCase, temperature] = [cases[0]!, 0.6];
    const choice = tiledChoice(choiceCase, rows);
    const seen: Float32Array[] = [];
    const watch: Objective = {
      relaxable: true,
      evaluate: (z) => {
        seen.push(z.dataSync() as Float32Array);
        return tf.sum(z, [1, 2]);
      },
    };
    sampleGradients(variantOf('perturbed-max'), choiceCase, watch, { rows, seed: 11, temperature });
    expectMeans(
      momentsOf({ gradient: seen[0]!, size: 3 }),
      hostProbabilities(choiceCase, choiceCase.logits, temperature),
    );
    choice.logits.dispose();
  });
});

describe('E (b - 0.45)^2 of one bit', () => {
  test('straight-through through the identity rests at t too, with 2 (theta - t) in between', () => {
    for (const theta of [0.3, 0.45, 0.8]) {
      const bit: ChoiceCase = {
        kind: 'bernoulli',
        latents: 1,
        classes: 2,
        logits: [Math.log(theta / (1 - theta))],
      };
      const { tensors } = smoothObjective('quadratic', bit);
      const variant = variantOf('straight-through', { backward: 'identity' });
      expectMeans(momentsOf(sampleGradients(variant, bit, tensors, { rows, seed: 12 })), [
        2 * (theta - 0.45),
      ]);
    }
  });
});

afterAll(() => {
  expect(comparisons()).toBeGreaterThan(60);
  expect(comparisons()).toBeLessThan(200);
});
