/** REBAR and RELAX: a function of the relaxed sample as control variate of the score function. */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice } from '../../core/choice.ts';
import type { Estimate, EstimatorInput } from '../../core/estimator.ts';
import { detached, onOwnTape, stopGradient, withGradient } from '../../core/gradient-flow.ts';
import { scaledSoftmax } from '../../kernels/scaled-softmax.ts';
import { fold } from '../../random/key.ts';
import { mode, probabilities, relaxationNoise } from './choice-maths.ts';
import {
  backThroughLogProbabilities,
  conditionalSample,
  conditionalSlope,
  perturbedLogProbabilities,
  throughLogProbabilities,
} from './conditional-noise.ts';
import { controlScale } from './control-scale.ts';
import { rowsAndGradient } from './rows-and-gradient.ts';
import { perRow, sumOfRow } from './scores.ts';
import { withSecondMoment } from './second-moment.ts';

interface RelaxedDraw {
  readonly choice: Choice;
  readonly p: tf.Tensor;
  /** b, the hard sample, at which f counts. */
  readonly hard: tf.Tensor;
  readonly z: tf.Tensor;
  /** z~; absent if it equals z. */
  readonly conditional?: tf.Tensor;
  /** Derivative of z~ by log p, for bits by theta. */
  readonly slope: tf.Tensor;
  /** b - p */
  readonly score: tf.Tensor;
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
  const p = detached(() => probabilities(choice, 1));
  const conditional = noise.conditional && conditionalSample(choice, hard, noise.conditional);
  return {
    choice,
    hard,
    z,
    p,
    ...(conditional && { conditional }),
    slope: conditionalSlope(choice, hard, conditional ?? z),
    score: detached(() => tf.sub(hard, p)),
  };
}

/** softmax(z / temperature), for bits the sigmoid; differentiable twice in both. */
function relaxed(kind: Choice['kind'], z: tf.Tensor, temperature: tf.Tensor): tf.Tensor {
  const scaled = tf.mul(z, tf.reciprocal(temperature));
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
  const { z, conditional } = draw;
  const given = rowsAndGradient(control, conditional ?? z);
  if (conditional === undefined) return combined(draw, value, given.rows, given.gradient);
  return combined(draw, value, given.rows, given.gradient, rowsAndGradient(control, z).gradient);
}

/**
 * g from c(z~) and its gradient, and from the gradient of c at z, absent if z~ equals z. One node of the tape: all else in g is
 * a constant.
 */
function combined(
  { choice, p, slope, score }: RelaxedDraw,
  value: tf.Tensor,
  ...parts: [rows: tf.Tensor, given: tf.Tensor, free?: tf.Tensor]
): tf.Tensor {
  const node = tf.customGrad<tf.Tensor>((...args) => {
    const [rows, given, free] = args.slice(0, -1) as typeof parts;
    const path = tf.sub(free ?? given, tf.mul(slope, given));
    const rest = tf.mul(perRow(tf.sub(value, rows), score), score);
    return {
      value: tf.add(rest, throughLogProbabilities(choice, p, path)),
      gradFunc: (dy) => {
        const back = backThroughLogProbabilities(choice, p, dy);
        const bySlope = tf.mul(slope, back);
        const byRows = tf.neg(sumOfRow(tf.mul(dy, score)));
        return free === undefined ? [byRows, tf.sub(back, bySlope)] : [byRows, tf.neg(bySlope), back];
      },
    };
  });
  return node(...parts.filter((part) => part !== undefined));
}
