/** REBAR against PyTorch's autograd on the same noise: test/golden/rebar.py. */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { Choice, Objective } from '../../src/engine/core/choice.ts';
import { initControlScale } from '../../src/engine/estimators/parts/control-scale.ts';
import { relaxedControlEstimate } from '../../src/engine/estimators/parts/relaxed-control.ts';
import { rootKey } from '../../src/engine/random/key.ts';

interface Golden {
  readonly kind: Choice['kind'];
  readonly shape: readonly number[];
  readonly temperature: number;
  readonly eta: number;
  readonly logits: readonly number[];
  readonly weights: readonly number[];
  /** Gumbel, for bits logistic. */
  readonly noise: readonly number[];
  /** Absent: coupled. */
  readonly conditional?: readonly number[];
  readonly value: number;
  readonly gradient: readonly number[];
}

const file = new URL('../golden/rebar.json', import.meta.url);
const { torch, cases } = JSON.parse(readFileSync(file, 'utf8')) as {
  torch: string;
  cases: readonly Golden[];
};

/** PyTorch computed in float64, this in float32. */
const tolerance = { absolute: 1e-5, relative: 5e-5 };
const named = cases.map((golden) => ({ ...golden, coupled: golden.conditional === undefined }));

describe.each(named)(`torch ${torch}: $kind, shape $shape, coupled $coupled`, (golden) => {
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

  test.each([true, false])('value and gradient, learning %s', (learn) => {
    const rate = 10;
    const parameters = initControlScale(golden.eta, rate);
    const found = { value: Number.NaN };
    const gradient = tf.tidy(() => {
      const { conditional } = golden;
      const noise = {
        sample: tensor(golden.noise, golden.shape),
        ...(conditional && { conditional: tensor(conditional, golden.shape) }),
      };
      const run = tf.grad((logits) => {
        const input = {
          choice: { kind: golden.kind, logits } as Choice,
          objective,
          key: rootKey(0),
          temperature: golden.temperature,
          settings: { coupled: conditional === undefined, learn, rate },
          state: { parameters, buffers: {} },
        };
        const estimate = relaxedControlEstimate(input, noise, (y, eta) => tf.mul(eta, objective.evaluate(y)));
        found.value = estimate.value.dataSync()[0]!;
        return estimate.surrogate;
      });
      return run(tensor(golden.logits, golden.shape)).dataSync();
    });
    expect([found.value]).toBeAllClose([golden.value], tolerance);
    expect(gradient).toBeAllClose(golden.gradient, tolerance);
    tf.dispose(parameters);
  });
});
