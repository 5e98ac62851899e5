/** Gumbel-Softmax, soft and straight-through, against PyTorch on PyTorch's noise: test/golden/gumbel-softmax.py. */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { Choice, Objective } from '../../src/engine/core/choice.ts';
import { mode, perturbed, probabilities } from '../../src/engine/estimators/parts/choice-maths.ts';
import { relaxedEstimate } from '../../src/engine/estimators/parts/gumbel-relaxation.ts';

interface Golden {
  readonly call: string;
  readonly kind: Choice['kind'];
  readonly forward: 'soft' | 'hard';
  readonly shape: readonly number[];
  readonly temperature: number;
  readonly logits: readonly number[];
  readonly noise: readonly number[];
  readonly weights: readonly number[];
  readonly sample: readonly number[];
  readonly value: number;
  readonly gradient: readonly number[];
}

const file = new URL('../golden/gumbel-softmax.json', import.meta.url);
const { torch, cases } = JSON.parse(readFileSync(file, 'utf8')) as {
  torch: string;
  cases: readonly Golden[];
};

/** PyTorch computed in float64, this in float32: a few rounding errors of numbers up to 10. */
const tolerance = { absolute: 5e-6, relative: 2e-5 };

describe.each(cases)(`torch ${torch}: $call, shape $shape`, (golden) => {
  const tensor = (values: readonly number[], shape: readonly number[]) =>
    tf.tensor(Float32Array.from(values), [...shape]);
  const objective: Objective = {
    relaxable: true,
    evaluate: (z) => {
      const weighted = tf.mul(z, tensor(golden.weights, golden.shape.slice(1)));
      const scores = golden.kind === 'categorical' ? tf.sum(weighted, 2) : weighted; // [B, D]
      return tf.sum(tf.square(tf.sub(scores, 0.45)), 1);
    },
  };

  test('sample, value and gradient', () => {
    const found: { value: number; sample: Float32Array } = { value: Number.NaN, sample: new Float32Array() };
    const gradient = tf.tidy(() => {
      const noise = tensor(golden.noise, golden.shape);
      const run = tf.grad((logits) => {
        const choice = { kind: golden.kind, logits } as Choice;
        const { surrogate, value } = relaxedEstimate(
          choice,
          objective,
          noise,
          golden.temperature,
          golden.forward,
        );
        const sample =
          golden.forward === 'soft'
            ? probabilities(perturbed(choice, noise), golden.temperature)
            : mode(perturbed(choice, noise));
        found.sample = sample.dataSync() as Float32Array;
        found.value = value.dataSync()[0]!;
        return surrogate;
      });
      return run(tensor(golden.logits, golden.shape)).dataSync();
    });
    expect(found.sample).toBeAllClose(golden.sample, tolerance);
    expect([found.value]).toBeAllClose([golden.value], tolerance);
    expect(gradient).toBeAllClose(golden.gradient, tolerance);
  });
});
