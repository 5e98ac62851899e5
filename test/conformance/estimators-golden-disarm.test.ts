/** DisARM against its definition, written in Python, on the same uniform numbers: test/golden/disarm.py. */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import type { Choice, Objective } from '../../src/engine/core/choice.ts';
import { disarmPair, pairEstimate } from '../../src/engine/estimators/parts/antithetic.ts';

interface Golden {
  readonly kind: Choice['kind'];
  readonly shape: readonly number[];
  readonly logits: readonly number[];
  readonly weights: readonly number[];
  readonly u: readonly number[];
  readonly value: number;
  readonly gradient: readonly number[];
}

const file = new URL('../golden/disarm.json', import.meta.url);
const { torch, cases } = JSON.parse(readFileSync(file, 'utf8')) as {
  torch: string;
  cases: readonly Golden[];
};

/** PyTorch computed in float64, this in float32. */
const tolerance = { absolute: 5e-6, relative: 2e-5 };

test.each(cases)(`torch ${torch}: $kind, shape $shape`, (golden) => {
  const tensor = (values: readonly number[], shape: readonly number[]) =>
    tf.tensor(Float32Array.from(values), [...shape]);
  const objective: Objective = {
    relaxable: false,
    evaluate: (z) => {
      const weighted = tf.mul(z, tensor(golden.weights, golden.shape.slice(1)));
      const scores = golden.kind === 'categorical' ? tf.sum(weighted, 2) : weighted; // [B, D]
      return tf.sum(tf.square(tf.sub(scores, 0.45)), 1);
    },
  };
  const found = { value: Number.NaN };
  const gradient = tf.tidy(() => {
    const side = golden.shape.slice(0, 2);
    const u = tensor(golden.u, golden.kind === 'bernoulli' ? side : [...side, golden.shape[2]! - 1]);
    const run = tf.grad((logits) => {
      const choice = { kind: golden.kind, logits } as Choice;
      const { surrogate, value } = pairEstimate(choice, objective, (constant) => disarmPair(constant, u));
      found.value = value.dataSync()[0]!;
      return surrogate;
    });
    return run(tensor(golden.logits, golden.shape)).dataSync();
  });
  expect([found.value]).toBeAllClose([golden.value], tolerance);
  expect(gradient).toBeAllClose(golden.gradient, tolerance);
});
