/**
 * Samples of a choice, constants to the gradient, with what a score-function estimator asks of them: grad_theta log p(z; theta) is
 * z - p for logits, and a gradient of the log density for the parameters of a continuous choice.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { OneChoice, Choice, ContinuousChoice } from '../../core/choice.ts';
import { detached, onOwnTape, stopGradient, withGradient } from '../../core/gradient-flow.ts';
import { fold, type Key } from '../../random/key.ts';
import { hardSample, mode, probabilities } from './choice-maths.ts';
import { sumOfRow, weightedScores } from './scores.ts';

export interface ScoreSamples {
  /** M of them, like z. */
  readonly draws: readonly tf.Tensor[];
  /**
   * A scalar whose gradient is sum_mb w_mb grad_theta log p(z_mb; theta); its value has no meaning.
   * @param weights makes w, [M, B]
   */
  weighted(weights: () => tf.Tensor): tf.Scalar;
  /** |grad_theta log p(z_m; theta)|^2, [M, B], of the logits, or of all parameters of a row together. */
  squaredScores(): tf.Tensor;
  /** p(z; theta), like z, or [M B, ...] where samples have laws of their own; a continuous choice has none. */
  readonly probabilities?: tf.Tensor;
  /** The most probable z, like z, of a choice that has one. */
  readonly mode?: () => tf.Tensor;
}

export function scoreSamples(choice: OneChoice, key: Key, samples: number): ScoreSamples {
  const keys = Array.from({ length: samples }, (_, m) => fold(fold(key, 'sample'), m));
  return choice.kind === 'continuous' ? ofDensity(choice, keys) : ofLogits(choice, keys);
}

function ofLogits(choice: Choice, keys: readonly Key[]): ScoreSamples {
  const p = detached(() => probabilities(choice, 1));
  const draws = keys.map((key) => hardSample(choice, key, p));
  return {
    draws,
    weighted: (weights) => withGradient(choice.logits, () => weightedScores(draws, p, weights())),
    squaredScores: () =>
      detached(() => tf.stack(draws.map((draw) => sumOfRow(tf.squaredDifference(draw, p))))),
    probabilities: p,
    mode: () => mode(choice),
  };
}

function ofDensity({ distribution, parameters }: ContinuousChoice, keys: readonly Key[]): ScoreSamples {
  const draws = keys.map((key) => detached(() => distribution.sample(parameters, key)));
  const names = Object.keys(parameters);
  const logDensity =
    (draw: tf.Tensor2D) =>
    (...values: tf.Tensor[]) =>
      tf.sum<tf.Scalar>(
        distribution.logProb(Object.fromEntries(names.map((name, i) => [name, values[i]!])), draw),
      );
  const squares = (draw: tf.Tensor2D) =>
    onOwnTape(() =>
      tf.addN(
        tf
          .grads(logDensity(draw))(names.map((name) => parameters[name]!))
          .map((score) => sumOfRow(tf.square(score))),
      ),
    );
  return {
    draws,
    weighted(weights) {
      const constant = detached(() => tf.clone(weights()));
      const logs = tf.stack(draws.map((draw) => distribution.logProb(parameters, draw))); // [M, B]
      return tf.sum<tf.Scalar>(tf.mul(constant, logs));
    },
    squaredScores: () => stopGradient(tf.stack(draws.map(squares))),
  };
}
