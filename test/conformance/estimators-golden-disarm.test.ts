/** DisARM against its definition, written in Python, on the same uniform numbers: test/golden/disarm.py. */
import { expect, test } from 'vitest';
import { disarmPair, pairEstimate } from '../../src/engine/estimators/parts/antithetic.ts';
import {
  estimated,
  goldenFile,
  goldenObjective,
  tensorOf,
  type GoldenCase,
} from '../support/estimators/golden.ts';

interface Golden extends GoldenCase {
  readonly u: readonly number[];
}

const { torch, cases } = goldenFile<Golden>('disarm');

/** PyTorch computed in float64, this in float32. */
const tolerance = { absolute: 5e-6, relative: 2e-5 };

test.each(cases)(`torch ${torch}: $kind, shape $shape`, (golden) => {
  const [rows, latents, classes] = golden.shape as [number, number, number?];
  const { value, gradient } = estimated(golden, (choice) => {
    const u = tensorOf(golden.u, [rows, latents, ...(classes === undefined ? [] : [classes - 1])]);
    return pairEstimate(choice, goldenObjective(golden, false), (constant) => disarmPair(constant, u));
  });
  expect([value]).toBeAllClose([golden.value], tolerance);
  expect(gradient).toBeAllClose(golden.gradient, tolerance);
});
