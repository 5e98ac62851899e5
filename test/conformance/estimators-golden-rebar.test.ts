/** REBAR against PyTorch's autograd on the same noise: test/golden/rebar.py. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { initControlScale } from '../../src/engine/estimators/parts/control-scale.ts';
import { relaxedControlEstimate } from '../../src/engine/estimators/parts/relaxed-control.ts';
import { rootKey } from '../../src/engine/random/key.ts';
import {
  estimated,
  goldenFile,
  goldenObjective,
  tensorOf,
  type GoldenCase,
} from '../support/estimators/golden.ts';

interface Golden extends GoldenCase {
  readonly temperature: number;
  readonly eta: number;
  /** Gumbel, for bits logistic. */
  readonly noise: readonly number[];
  /** Absent: coupled. */
  readonly conditional?: readonly number[];
}

const { torch, cases } = goldenFile<Golden>('rebar');

/** PyTorch computed in float64, this in float32. */
const tolerance = { absolute: 1e-5, relative: 5e-5 };
const named = cases.map((golden) => ({ ...golden, coupled: golden.conditional === undefined }));

describe.each(named)(`torch ${torch}: $kind, shape $shape, coupled $coupled`, (golden) => {
  const objective = goldenObjective(golden, true);

  test.each([true, false])('value and gradient, learning %s', (learn) => {
    const rate = 10;
    const parameters = initControlScale(golden.eta, rate);
    const { conditional, temperature, shape } = golden;
    const { value, gradient } = estimated(golden, (choice) => {
      const noise = {
        sample: tensorOf(golden.noise, shape),
        ...(conditional && { conditional: tensorOf(conditional, shape) }),
      };
      const settings = { coupled: conditional === undefined, learn, rate };
      const state = { parameters, buffers: {} };
      const input = { choice, objective, key: rootKey(0), temperature, settings, state };
      return relaxedControlEstimate(input, noise, (y, eta) => tf.mul(eta, objective.evaluate(y)));
    });
    expect([value]).toBeAllClose([golden.value], tolerance);
    expect(gradient).toBeAllClose(golden.gradient, tolerance);
    tf.dispose(parameters);
  });
});
