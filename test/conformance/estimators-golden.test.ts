/** Gumbel-Softmax, soft and straight-through, against PyTorch on PyTorch's noise: test/golden/gumbel-softmax.py. */
import { expect, test } from 'vitest';
import { mode, perturbed, probabilities } from '../../src/engine/estimators/parts/choice-maths.ts';
import { estimateAt } from '../../src/engine/estimators/parts/estimate-at.ts';
import { relaxedPoint } from '../../src/engine/estimators/parts/gumbel-relaxation.ts';
import {
  estimated,
  goldenFile,
  goldenObjective,
  tensorOf,
  type GoldenCase,
} from '../support/estimators/golden.ts';

interface Golden extends GoldenCase {
  readonly call: string;
  readonly forward: 'soft' | 'hard';
  readonly temperature: number;
  readonly noise: readonly number[];
  readonly sample: readonly number[];
}

const { torch, cases } = goldenFile<Golden>('gumbel-softmax');

/** PyTorch computed in float64, this in float32: a few rounding errors of numbers up to 10. */
const tolerance = { absolute: 5e-6, relative: 2e-5 };

test.each(cases)(`torch ${torch}: $call, shape $shape`, (golden) => {
  const { forward, temperature, shape } = golden;
  let sample: ArrayLike<number> = [];
  const { value, gradient } = estimated(golden, (choice) => {
    const noise = tensorOf(golden.noise, shape);
    const z = perturbed(choice, noise);
    sample = (forward === 'soft' ? probabilities(z, temperature) : mode(z)).dataSync();
    return estimateAt(relaxedPoint(choice, noise, temperature, forward), goldenObjective(golden, true));
  });
  expect(sample).toBeAllClose(golden.sample, tolerance);
  expect([value]).toBeAllClose([golden.value], tolerance);
  expect(gradient).toBeAllClose(golden.gradient, tolerance);
});
