/** REBAR and RELAX: a function of the relaxed sample as control variate of the score function. */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice } from '../../core/choice.ts';
import type { Estimate, EstimatorInput } from '../../core/estimator.ts';
import { detached, onOwnTape, stopGradient, withGradient } from '../../core/gradient-flow.ts';
import { scaledSoftmax } from '../../kernels/scaled-softmax.ts';
import { fold } from '../../random/key.ts';
import { mode, probabilities, relaxationNoise } from './choice-maths.ts';
import {
  conditionalSample,
  conditionalSlope,
  perturbedLogProbabilities,
  throughLogProbabilities,
} from './conditional-noise.ts';
import { controlScale } from './control-scale.ts';
import { rowsAndGradient } from './rows-and-gradient.ts';
import { perRow } from './scores.ts';
import { withSecondMoment } from './second-moment.ts';

interface RelaxedDraw {
  readonly choice: Choice;
  readonly p: tf.Tensor;
  /** b, the hard sample, at which f counts. */
  readonly hard: tf.Tensor;
  readonly z: tf.Tensor;
  /** z~; absent if it equals z. */
  readonly conditional?: tf.Tensor;
}

export interface DrawNoise {
  /** Standard Gumbel, for bits logistic, like the logits. */
  readonly sample: tf.Tensor;
  /** The same for z~; absent: coupled, with the noise for which z~ = z. */
  readonly conditional?: tf.Tensor;
}

export interface RelaxedControlSettings {
  readonly coupled: boolean;
  readonly learn: boolean;
  readonly rate: number;
}

export function drawNoise({ choice, key }: EstimatorInput<unknown>, coupled: boolean): DrawNoise {
  return {
    sample: relaxationNoise(choice, fold(key, 'sample')),
    ...(coupled ? {} : { conditional: relaxationNoise(choice, fold(key, 'conditional')) }),
  };
}

/**
 * The whole estimate.
 * @param control c, [B], at a relaxed sample y like z, with the weight eta
 * @param relaxations evaluations of f in one of c
 */
export function relaxedControlEstimate(
  { choice, objective, temperature, state, settings }: EstimatorInput<RelaxedControlSettings>,
  noise: DrawNoise,
  control: (y: tf.Tensor, eta: tf.Tensor) => tf.Tensor,
  relaxations = 1,
): Estimate {
  const draw = relaxedDraw(choice, noise);
  const value = objective.evaluate(draw.hard); // f's own parameters get their gradient here, and only here
  const scale = () => controlScale(state, settings.rate, temperature);
  const estimates = () => {
    const { eta, temperature: learned } = scale();
    return controlledEstimates(draw, value, (z) => control(relaxed(choice.kind, z, learned), eta));
  };
  const { gradient, sideLoss } = settings.learn
    ? withSecondMoment(Object.values(state.parameters), estimates)
    : { gradient: onOwnTape(estimates) };
  const mean = tf.mean<tf.Scalar>(value);
  const { eta, temperature: relaxation } = scale();
  return {
    surrogate: tf.add(
      mean,
      withGradient(choice.logits, () => tf.mul(gradient, 1 / value.size)),
    ),
    value: stopGradient(mean),
    ...(sideLoss && { sideLoss }),
    evaluations: 1 + relaxations * (noise.conditional === undefined ? 1 : 2),
    diagnostics: { eta: stopGradient(eta), relaxation: stopGradient(relaxation) },
  };
}

function relaxedDraw(choice: Choice, noise: DrawNoise): RelaxedDraw {
  const z = perturbedLogProbabilities(choice, noise.sample);
  const hard = mode({ kind: choice.kind, logits: z } as Choice);
  return {
    choice,
    hard,
    z,
    p: detached(() => probabilities(choice, 1)),
    ...(noise.conditional && { conditional: conditionalSample(choice, hard, noise.conditional) }),
  };
}

/** softmax(z / temperature), for bits the sigmoid; differentiable twice in both. */
function relaxed(kind: Choice['kind'], z: tf.Tensor, temperature: tf.Tensor): tf.Tensor {
  const scaled = tf.div(z, temperature);
  return kind === 'categorical' ? scaledSoftmax(scaled, 1) : tf.sigmoid(scaled);
}

/**
 * g = (f(b) - c(z~)) (b - p) + d c(z) / d theta - d c(z~) / d theta, one a row, like z; differentiable in what c depends on.
 * Coupled, c is evaluated once.
 * @param value f(b), [B]
 * @param control c, [B], of a tensor like z
 */
function controlledEstimates(
  draw: RelaxedDraw,
  value: tf.Tensor,
  control: (z: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  const { choice, p, hard, z, conditional } = draw;
  const slope = conditionalSlope(choice, hard, conditional ?? z);
  const given = rowsAndGradient(control, conditional ?? z);
  const path =
    conditional === undefined
      ? tf.mul(tf.sub(1, slope), given.gradient)
      : tf.sub(rowsAndGradient(control, z).gradient, tf.mul(slope, given.gradient));
  const rest = perRow(tf.sub(stopGradient(value), given.rows), hard);
  return tf.add(tf.mul(rest, tf.sub(hard, p)), throughLogProbabilities(choice, p, path));
}
