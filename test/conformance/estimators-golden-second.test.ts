/** ReinMax and sparsemax against PyTorch's automatic differentiation: test/golden/reinmax-sparsemax.py. */
import { describe, expect, test } from 'vitest';
import type { Objective } from '../../src/engine/core/choice.ts';
import { detached } from '../../src/engine/core/gradient-flow.ts';
import { probabilities } from '../../src/engine/estimators/parts/choice-maths.ts';
import { entmaxChoice } from '../../src/engine/estimators/parts/entmax.ts';
import { estimateAt } from '../../src/engine/estimators/parts/estimate-at.ts';
import { secondOrderPoint } from '../../src/engine/estimators/reinmax.ts';
import {
  estimated,
  goldenFile,
  goldenObjective,
  tensorOf,
  type GoldenCase,
} from '../support/estimators/golden.ts';

interface Golden extends GoldenCase {
  readonly method: 'reinmax' | 'sparsemax';
  readonly temperature: number;
  /** The hard sample, or the sparse point. */
  readonly point: readonly number[];
}

const { torch, cases } = goldenFile<Golden>('reinmax-sparsemax');

/** PyTorch computed in float64, this in float32: a few rounding errors of numbers up to 10. */
const tolerance = { absolute: 5e-6, relative: 2e-5 };

test.each(cases)(`torch ${torch}: $method, $kind, shape $shape, temperature $temperature`, (golden) => {
  const { method, temperature, shape } = golden;
  const objective = goldenObjective(golden, true);
  let point: ArrayLike<number> = [];
  const watched: Objective = {
    relaxable: true,
    evaluate: (z) => {
      point = z.dataSync();
      return objective.evaluate(z);
    },
  };
  const { value, gradient } = estimated(golden, (choice) => {
    const at = (tau: number) => detached(() => probabilities(choice, tau));
    return method === 'sparsemax'
      ? estimateAt(entmaxChoice(choice, temperature, 2), watched)
      : estimateAt(secondOrderPoint(choice, tensorOf(golden.point, shape), at(1), at(temperature)), watched);
  });
  expect(point).toBeAllClose(golden.point, tolerance);
  expect([value]).toBeAllClose([golden.value], tolerance);
  expect(gradient).toBeAllClose(golden.gradient, tolerance);
});

describe('the golden file', () => {
  test('has dense and sparse points', () => {
    const sparse = cases.filter(({ method }) => method === 'sparsemax').flatMap(({ point }) => point);
    expect(sparse.filter((y) => y === 0).length).toBeGreaterThan(10);
    expect(sparse.filter((y) => y > 0 && y < 1).length).toBeGreaterThan(10);
  });
});
