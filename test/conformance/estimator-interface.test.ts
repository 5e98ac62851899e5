/**
 * Proof that the estimator interface carries the hard estimators to come: REBAR for bits, with eta and the temperature learned
 * by minimising the variance through `sideLoss`, conditional noise, and f with parameters of its own. A test estimator; the
 * registry does not know it.
 *
 * Tucker, Mnih, Maddison, Lawson, Sohl-Dickstein, "REBAR", NIPS 2017, section 3.
 * Fixed seeds; every check of a mean fails by chance with probability 6e-7 at most (5 standard errors), 2e-5 together.
 */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Objective } from '../../src/engine/core/choice.ts';
import { defineEstimator, type EstimatorState } from '../../src/engine/core/estimator.ts';
import { detached, stopGradient, withGradient } from '../../src/engine/core/gradient-flow.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { uniform } from '../../src/engine/random/noise.ts';
import {
  smoothObjective,
  tableEntries,
  type ChoiceCase,
  type ObjectiveName,
} from '../support/estimators/cases.ts';
import { hostProbabilities, stateProbabilities, trueGradient } from '../support/estimators/references.ts';
import {
  momentsOf,
  sampleGradients,
  sampleTableGradients,
  type Variant,
} from '../support/estimators/sampling.ts';
import { rowsHere } from '../support/use-backend.ts';

/**
 * tfjs loses the second derivative of an operation whose gradient is written in its saved output, as that of its own sigmoid
 * is: the temperature's gradient needs one written in the input.
 */
function sigmoid(logits: tf.Tensor): tf.Tensor {
  const twice = tf.customGrad((...args) => {
    const [x, save] = args as [tf.Tensor, tf.GradSaveFunc];
    save([x]);
    return {
      value: tf.sigmoid(x),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const y = sigmoid(saved[0]!);
        return tf.mul(dy, tf.mul(y, tf.sub(1, y)));
      },
    };
  });
  return twice(logits);
}

const logit = (u: tf.Tensor) => tf.sub(tf.log(u), tf.log1p(tf.neg(u)));

const rebar = defineEstimator({
  id: 'test-rebar',
  label: 'REBAR (test)',
  family: 'control-variate',
  summary: '',
  bias: 'unbiased',
  supports: ['bernoulli'],
  needsRelaxable: true,
  settings: z.strictObject({}),
  references: [],
  examples: [{}],
  init: () => ({
    parameters: tf.tidy(() => ({
      eta: tf.variable(tf.scalar(0.7)),
      logTemperature: tf.variable(tf.scalar(-0.5)),
    })),
    buffers: {},
  }),
  estimate({ choice, objective, key, state }) {
    const { eta, logTemperature } = state.parameters as { eta: tf.Variable; logTemperature: tf.Variable };
    const logits = choice.logits as tf.Tensor2D;
    const rows = logits.shape[0];
    const phi = stopGradient(logits);
    const u = uniform(fold(key, 'u'), logits.shape);
    const v = uniform(fold(key, 'v'), logits.shape);
    const theta = detached(() => tf.sigmoid(phi));
    const bits = detached(() => tf.step(tf.add(phi, logit(u))));
    const value = objective.evaluate(bits); // [B]; f's own parameters differentiate here, and only here

    const relaxed = (x: tf.Tensor) => sigmoid(tf.div(x, tf.exp(logTemperature)));
    const atSample = (x: tf.Tensor) => objective.evaluate(relaxed(tf.add(x, logit(u))));
    /** z given b: the noise depends on the logits, and the gradient runs through that. */
    const conditional = (x: tf.Tensor) => {
      const p = tf.sigmoid(x);
      const whenOne = tf.add(tf.mul(v, p), tf.sub(1, p));
      const whenZero = tf.mul(v, tf.sub(1, p));
      return tf.add(x, logit(tf.add(tf.mul(bits, whenOne), tf.mul(tf.sub(1, bits), whenZero))));
    };
    const givenBits = (x: tf.Tensor) => objective.evaluate(relaxed(conditional(x)));
    const gradientOf = (f: (x: tf.Tensor) => tf.Tensor) => tf.grad((x: tf.Tensor) => tf.sum(f(x)))(phi);

    /** One estimate a row for the logits, [B, D], differentiable in eta and the temperature. */
    const estimates = () => {
      const score = tf.sub(bits, theta);
      const rest = tf.sub(
        stopGradient(tf.expandDims(value, 1)),
        tf.mul(eta, tf.expandDims(givenBits(phi), 1)),
      );
      const path = tf.sub(gradientOf(atSample), gradientOf(givenBits));
      return tf.add(tf.mul(rest, score), tf.mul(eta, path));
    };
    const side: { estimates?: tf.Tensor } = {};
    const { grads } = tf.variableGrads(() => {
      side.estimates = tf.keep(estimates());
      return tf.mean<tf.Scalar>(tf.sum(tf.square(side.estimates), 1));
    }, [eta, logTemperature]);
    const gradient = side.estimates!;
    const score = withGradient(logits, () => tf.mul(gradient, 1 / rows));
    gradient.dispose();
    const mean = tf.mean<tf.Scalar>(value);
    return {
      surrogate: tf.add(mean, score),
      value: stopGradient(mean),
      sideLoss: tf.add(
        withGradient(eta, () => tf.clone(grads[eta.name]!)),
        withGradient(logTemperature, () => tf.clone(grads[logTemperature.name]!)),
      ),
      evaluations: 3,
    };
  },
});

const variant: Variant = { definition: rebar, settings: {} };
const twoBits: ChoiceCase = { kind: 'bernoulli', latents: 2, classes: 2, logits: [-0.4, 0.8] };

describe('REBAR with learned parameters, on the estimator interface', () => {
  test.each<Exclude<ObjectiveName, 'table'>>(['linear', 'quadratic', 'cosine'])(
    'unbiased for %s f',
    (name) => {
      const objective = smoothObjective(name, twoBits);
      const moments = momentsOf(
        sampleGradients(variant, twoBits, objective.tensors, { rows: 40_000, seed: 1 }),
      );
      trueGradient(twoBits, objective).forEach((expected, d) => {
        expect(Math.abs(moments[d]!.mean - expected)).toBeLessThan(5 * moments[d]!.error);
      });
    },
  );

  test("passes the gradient for f's own parameters on", () => {
    const moments = momentsOf(
      sampleTableGradients(variant, twoBits, { rows: rowsHere(40_000), seed: 2 }).table,
    );
    const p = stateProbabilities(twoBits, hostProbabilities(twoBits, twoBits.logits));
    expect(moments).toHaveLength(tableEntries(twoBits).length);
    p.forEach((expected, i) => {
      expect(Math.abs(moments[i]!.mean - expected)).toBeLessThan(5 * moments[i]!.error);
    });
  });

  test('the side loss is the gradient of the variance for eta and the temperature, and for nothing else', () => {
    const objective = smoothObjective('cosine', twoBits);
    const spread = (state: EstimatorState) => {
      const { gradient } = sampleGradients(variant, twoBits, objective.tensors, {
        rows: 2000,
        seed: 3,
        state,
      });
      return gradient.reduce((sum, g) => sum + g * g, 0) / 2000;
    };
    const state = rebar.init!({ kind: 'bernoulli', latents: 2, classes: 2, settings: {}, key: rootKey(0) });
    const { eta, logTemperature } = state.parameters as { eta: tf.Variable; logTemperature: tf.Variable };
    const scale = tf.variable(tf.scalar(1));
    const own: Objective = {
      relaxable: true,
      evaluate: (bits) => tf.mul(objective.tensors.evaluate(bits), scale),
    };
    const logits = tf.variable(tf.tile(tf.tensor2d([[-0.4, 0.8]]), [2000, 1]));
    const gradients = (pick: 'sideLoss' | 'surrogate') =>
      tf.tidy(() => {
        const { grads } = tf.variableGrads(() => {
          const input = { objective: own, key: rootKey(3), temperature: 1, settings: {}, state };
          const estimate = rebar.estimate({
            ...input,
            choice: { kind: 'bernoulli', logits: tf.mul<tf.Tensor2D>(logits, 1) },
          });
          return estimate[pick]!;
        }, [eta, logTemperature, scale, logits]);
        const read = (variable: tf.Variable) => grads[variable.name]?.dataSync()[0];
        return {
          eta: read(eta),
          logTemperature: read(logTemperature),
          scale: read(scale),
          logits: read(logits),
        };
      });

    const side = gradients('sideLoss');
    const slope = (variable: tf.Variable, step = 0.02) => {
      const centre = variable.dataSync()[0]!;
      const at = (x: number) => {
        tf.tidy(() => variable.assign(tf.scalar(x)));
        return spread(state);
      };
      const difference = (at(centre + step) - at(centre - step)) / (2 * step);
      at(centre);
      return difference;
    };
    expect(side.eta).toBeCloseTo(slope(eta), 3);
    expect(side.logTemperature).toBeCloseTo(slope(logTemperature), 3);
    expect(side.scale).toBeUndefined();
    expect(side.logits).toBeUndefined();

    const surrogate = gradients('surrogate');
    expect(surrogate.eta).toBeUndefined();
    expect(surrogate.logTemperature).toBeUndefined();
    expect(surrogate.scale).toBeTypeOf('number');
    tf.dispose([state.parameters, scale, logits]);
  });

  test('leaves no tensor behind', () => {
    const objective = smoothObjective('cosine', twoBits);
    const run = () => sampleGradients(variant, twoBits, objective.tensors, { rows: 10, seed: 4 });
    run();
    const before = tf.memory().numTensors;
    run();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('refuses choices and functions outside its capabilities', () => {
    const objective = smoothObjective('linear', twoBits).tensors;
    const choice = { kind: 'categorical' as const, logits: tf.zeros<tf.Rank.R3>([2, 1, 3]) };
    const input = {
      objective,
      key: rootKey(0),
      temperature: 1,
      settings: {},
      state: { parameters: {}, buffers: {} },
    };
    expect(() => rebar.estimate({ ...input, choice })).toThrow(
      /takes bernoulli choices, but this choice is categorical; choose another estimator/,
    );
    const bits = { kind: 'bernoulli' as const, logits: tf.zeros<tf.Rank.R2>([2, 2]) };
    const steps: Objective = { ...objective, relaxable: false };
    expect(() => rebar.estimate({ ...input, choice: bits, objective: steps })).toThrow(
      /needs the gradient of f/,
    );
    tf.dispose([choice.logits, bits.logits]);
  });
});
