/** ReinMax and sparsemax against PyTorch's automatic differentiation: test/golden/reinmax-sparsemax.py. */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { Choice, Objective } from '../../src/engine/core/choice.ts';
import { detached } from '../../src/engine/core/gradient-flow.ts';
import { probabilities } from '../../src/engine/estimators/parts/choice-maths.ts';
import { entmaxChoice } from '../../src/engine/estimators/parts/entmax.ts';
import { estimateAt } from '../../src/engine/estimators/parts/estimate-at.ts';
import { secondOrderEstimate } from '../../src/engine/estimators/parts/second-order.ts';

interface Golden {
  readonly method: 'reinmax' | 'sparsemax';
  readonly kind: Choice['kind'];
  readonly shape: readonly number[];
  readonly temperature: number;
  readonly logits: readonly number[];
  readonly weights: readonly number[];
  /** The hard sample, or the sparse point. */
  readonly point: readonly number[];
  readonly value: number;
  readonly gradient: readonly number[];
}

const file = new URL('../golden/reinmax-sparsemax.json', import.meta.url);
const { torch, cases } = JSON.parse(readFileSync(file, 'utf8')) as {
  torch: string;
  cases: readonly Golden[];
};

/** PyTorch computed in float64, this in float32: a few rounding errors of numbers up to 10. */
const tolerance = { absolute: 5e-6, relative: 2e-5 };

test.each(cases)(`torch ${torch}: $method, $kind, shape $shape, temperature $temperature`, (golden) => {
  const { kind, temperature, shape } = golden;
  const tensor = (values: readonly number[], sides: readonly number[]) =>
    tf.tensor(Float32Array.from(values), [...sides]);
  const found: { value: number; point: ArrayLike<number> } = { value: Number.NaN, point: [] };
  const gradient = tf.tidy(() => {
    const weights = tensor(golden.weights, shape.slice(1));
    const objective: Objective = {
      relaxable: true,
      evaluate: (z) => {
        found.point = z.dataSync();
        const weighted = tf.mul(z, weights);
        const scores = kind === 'categorical' ? tf.sum(weighted, 2) : weighted; // [B, D]
        return tf.sum(tf.square(tf.sub(scores, 0.45)), 1);
      },
    };
    const run = tf.grad((logits) => {
      const choice = { kind, logits } as Choice;
      const at = (tau: number) => detached(() => probabilities(choice, tau));
      const { surrogate, value } =
        golden.method === 'sparsemax'
          ? estimateAt(entmaxChoice(choice, temperature, 2), objective)
          : secondOrderEstimate(choice, objective, tensor(golden.point, shape), at(1), at(temperature));
      found.value = value.dataSync()[0]!;
      return surrogate;
    });
    return run(tensor(golden.logits, shape)).dataSync();
  });
  expect(found.point).toBeAllClose(golden.point, tolerance);
  expect([found.value]).toBeAllClose([golden.value], tolerance);
  expect(gradient).toBeAllClose(golden.gradient, tolerance);
});

describe('the golden file', () => {
  test('has dense and sparse points', () => {
    const sparse = cases.filter(({ method }) => method === 'sparsemax').flatMap(({ point }) => point);
    expect(sparse.filter((y) => y === 0).length).toBeGreaterThan(10);
    expect(sparse.filter((y) => y > 0 && y < 1).length).toBeGreaterThan(10);
  });
});
