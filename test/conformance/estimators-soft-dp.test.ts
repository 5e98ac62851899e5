/** Soft dynamic programme: marginals against enumeration, the exact programme at temperature 0, and what it refuses. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { findEstimator, parseSettings } from '../../src/engine/estimators/registry.ts';
import { fillNormal } from '../../src/engine/random/fill.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { allStates, smoothObjective, type ChoiceCase } from '../support/estimators/cases.ts';
import { sampleGradients } from '../support/estimators/sampling.ts';
import { allowed, enumeratedMarginals } from '../support/estimators/structured.ts';

const softDp = findEstimator('soft-dp');

function bitsOf(count: number): ChoiceCase {
  const values = new Float32Array(count);
  fillNormal(fold(rootKey(2), count), values);
  return { kind: 'bernoulli', latents: count, classes: 2, logits: Array.from(values) };
}

/** Where the estimator evaluates f. */
function pointOf(choiceCase: ChoiceCase, raw: Record<string, unknown>, temperature: number): number[] {
  const seen: number[][] = [];
  const objective = {
    relaxable: true,
    evaluate: (z: tf.Tensor) => {
      seen.push(Array.from(z.dataSync()));
      return tf.sum<tf.Tensor1D>(z, 1);
    },
  };
  sampleGradients({ definition: softDp, settings: parseSettings(softDp, raw) }, choiceCase, objective, {
    rows: 1,
    seed: 1,
    temperature,
  });
  return seen[0]!;
}

const structures = [
  { structure: 'at-most', size: 1 },
  { structure: 'at-most', size: 3 },
  { structure: 'at-most', size: 20 },
  { structure: 'exactly', size: 1 },
  { structure: 'exactly', size: 4 },
  { structure: 'exactly', size: 8 },
  { structure: 'segment', size: 1 },
];

describe.each(structures)('$structure, size $size, 8 bits', ({ structure, size }) => {
  const choiceCase = bitsOf(8);

  test.each([0.3, 1, 5])('marginals at temperature %f by enumeration', (temperature) => {
    expect(pointOf(choiceCase, { structure, size }, temperature)).toBeAllClose(
      enumeratedMarginals(choiceCase.logits, temperature, structure, size),
      { absolute: 5e-6 },
    );
  });

  test('at temperature 0 the best allowed z', () => {
    const score = (z: readonly number[]) => z.reduce((sum, zd, d) => sum + zd * choiceCase.logits[d]!, 0);
    const best = allStates(choiceCase)
      .map(({ z }) => z)
      .filter((z) => allowed(z, structure, size))
      .reduce((a, b) => (score(b) > score(a) ? b : a));
    expect(pointOf(choiceCase, { structure, size }, 1e-4)).toBeAllClose(best, { absolute: 1e-6 });
  });
});

test('a subset of exactly one bit is the softmax of the logits', () => {
  const { logits } = bitsOf(8);
  const total = logits.reduce((sum, x) => sum + Math.exp(x), 0);
  expect(pointOf(bitsOf(8), { structure: 'exactly' }, 1)).toBeAllClose(
    logits.map((x) => Math.exp(x) / total),
    { absolute: 1e-6 },
  );
});

test('60 bits, 10 of them: the marginals sum to 10', () => {
  const y = pointOf(bitsOf(60), { structure: 'exactly', size: 10 }, 1);
  expect(y.reduce((a, b) => a + b, 0)).toBeCloseTo(10, 4);
});

test('more ones than bits are refused, with the remedy', () => {
  const objective = smoothObjective('linear', bitsOf(3)).tensors;
  const settings = parseSettings(softDp, { structure: 'exactly', size: 5 });
  const run = () =>
    sampleGradients({ definition: softDp, settings }, bitsOf(3), objective, { rows: 1, seed: 1 });
  expect(run).toThrow('size is 5, but a row has 3 bits; set it to 3 or less');
});
