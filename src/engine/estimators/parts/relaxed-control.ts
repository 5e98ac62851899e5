/** REBAR and RELAX: a function of the relaxed sample as control variate of the score function. */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice } from '../../core/choice.ts';
import type { Estimate, EstimatorInput } from '../../core/estimator.ts';
import { detached, onOwnTape, stopGradient, withGradient } from '../../core/gradient-flow.ts';
import { controlledEstimate } from '../../kernels/control-variate.ts';
import { scaledSoftmax } from '../../kernels/scaled-softmax.ts';
import { fold } from '../../random/key.ts';
import { mode, probabilities, relaxationNoise, type Noise } from './choice-maths.ts';
import {
  backThroughLogProbabilities,
  conditionalSample,
  conditionalRest,
  perturbedLogProbabilities,
  throughLogProbabilities,
} from './conditional-noise.ts';
import { controlScale } from './control-scale.ts';
import { rowsAndGradient } from './rows-and-gradient.ts';
import { perRow, sumOfRow } from './scores.ts';
import { withSecondMoment } from './second-moment.ts';

export interface RelaxedDraw {
  readonly choice: Choice;
  readonly p: tf.Tensor;
  /** b, the hard sample, at which f counts. */
  readonly hard: tf.Tensor;
  readonly z: tf.Tensor;
  /** z~; absent if it equals z. */
  readonly conditional?: tf.Tensor;
  /** 1 less the derivative of z~ by log p, for bits by theta. */
  readonly rest: tf.Tensor;
}

export interface DrawNoise {
  /** Standard Gumbel, for bits logistic, like the logits. */
  readonly sample: Noise;
  /** The same for z~, drawn; absent: coupled, with the noise for which z~ = z. */
  readonly conditional?: tf.Tensor;
}

export interface RelaxedControlSettings {
  readonly coupled: boolean;
  readonly learn: boolean;
  readonly rate: number;
}

export function drawNoise(
  { choice, key }: Pick<EstimatorInput<unknown>, 'choice' | 'key'>,
  coupled: boolean,
): DrawNoise {
  return {
    sample: fold(key, 'sample'),
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
  const seen: tf.Scalar[] = [];
  const estimates = () => {
    const { eta, sharpness } = controlScale(state, settings.rate, temperature);
    seen.push(tf.keep(tf.clone(eta)), tf.keep(tf.clone(sharpness)));
    return controlledEstimates(draw, value, (z) => control(relaxed(choice.kind, z, sharpness), eta));
  };
  const { gradient, sideLoss } = settings.learn
    ? withSecondMoment(Object.values(state.parameters), estimates)
    : { gradient: onOwnTape(estimates) };
  const mean = tf.mean<tf.Scalar>(value);
  const [eta, relaxation] = detachedPair(seen);
  return {
    surrogate: tf.add(
      mean,
      withGradient(choice.logits, () => tf.mul(gradient, 1 / value.size)),
    ),
    value: stopGradient(mean),
    ...(sideLoss && { sideLoss }),
    evaluations: 1 + relaxations * (noise.conditional === undefined ? 1 : 2),
    diagnostics: { eta, relaxation },
  };
}

/** eta, and the temperature of the relaxation; both from tensors that are kept, and are not afterwards. */
export function detachedPair([eta, sharpness]: readonly tf.Scalar[]): [
  eta: tf.Scalar,
  relaxation: tf.Scalar,
] {
  const pair: [tf.Scalar, tf.Scalar] = [
    stopGradient(eta!),
    detached(() => tf.reciprocal<tf.Scalar>(sharpness!)),
  ];
  tf.dispose([eta!, sharpness!]);
  return pair;
}

export function relaxedDraw(choice: Choice, noise: DrawNoise): RelaxedDraw {
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
    rest: conditionalRest(choice, hard, conditional ?? z),
  };
}

/** softmax(z / temperature), for bits the sigmoid; differentiable twice in both. */
export function relaxed(kind: Choice['kind'], z: tf.Tensor, sharpness: tf.Tensor): tf.Tensor {
  const scaled = tf.mul(z, sharpness);
  return kind === 'categorical' ? scaledSoftmax(scaled, 1) : tf.sigmoid(scaled);
}

/**
 * g = (f(b) - c(z~)) (b - p) + d c(z) / d theta - d c(z~) / d theta, one per row, like z; differentiable in what c depends on.
 * Coupled, c is evaluated once.
 * @param value f(b), [B]
 * @param control c, [B], of a tensor like z
 */
export function controlledEstimates(
  draw: RelaxedDraw,
  value: tf.Tensor,
  control: (z: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  const { z, conditional } = draw;
  const given = rowsAndGradient(control, conditional ?? z);
  if (conditional === undefined && draw.choice.kind === 'categorical') {
    const { rest, hard, p } = draw;
    const credit = perRow(tf.sub(value, given.rows), hard);
    return controlledEstimate({ credit, given: given.gradient, rest, hard, p });
  }
  if (conditional === undefined) return combined(draw, value, given.rows, given.gradient);
  return combined(draw, value, given.rows, given.gradient, rowsAndGradient(control, z).gradient);
}

/**
 * g from c(z~) and its gradient, and from the gradient of c at z, absent if z~ equals z. One node of the tape: all else in g is
 * a constant.
 */
function combined(
  { choice, p, rest, hard }: RelaxedDraw,
  value: tf.Tensor,
  ...parts: [rows: tf.Tensor, given: tf.Tensor, free?: tf.Tensor]
): tf.Tensor {
  // Made anew in the backward pass: what is made here is gone by then.
  const scoreOf = () => tf.sub(hard, p);
  const node = tf.customGrad<tf.Tensor>((...args) => {
    const [rows, given, free] = args.slice(0, -1) as typeof parts;
    const left = tf.mul(rest, given);
    const path = free === undefined ? left : tf.add(left, tf.sub(free, given));
    const credit = tf.mul(perRow(tf.sub(value, rows), hard), scoreOf());
    return {
      value: tf.add(credit, throughLogProbabilities(choice, p, path)),
      gradFunc: (dy) => {
        const back = backThroughLogProbabilities(choice, p, dy);
        const byRest = tf.mul(rest, back);
        const byRows = tf.neg(sumOfRow(tf.mul(dy, scoreOf())));
        return free === undefined ? [byRows, byRest] : [byRows, tf.sub(byRest, back), back];
      },
    };
  });
  return node(...parts.filter((part) => part !== undefined));
}
