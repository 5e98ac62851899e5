/** The flow as a differentiable graph: the field, and where Euler's method carries points. */
import * as tf from '@tensorflow/tfjs-core';
import {
  flowWeightNames,
  flowWeightShapes,
  type FlowShape,
  type FlowWeightName,
  type FlowWeights,
} from './flow-shape.ts';

export type FlowTensors = Readonly<Record<FlowWeightName, tf.Tensor>>;

/** Weights as tensors made by `make`, a variable or a constant. */
export function flowTensors<T extends tf.Tensor>(
  shape: FlowShape,
  weights: FlowWeights,
  make: (constant: tf.Tensor) => T,
): Record<FlowWeightName, T> {
  const shapes = flowWeightShapes(shape);
  const made = flowWeightNames.map(
    (name) => [name, make(tf.tensor(weights[name], [...shapes[name]], 'float32'))] as const,
  );
  // One entry per name, by construction.
  return Object.fromEntries(made) as Record<FlowWeightName, T>;
}

/** Q(s_0) of points [B, m]: [B, m] diagonal, [B, m, m] full. */
export function flowRates(shape: FlowShape, flow: FlowTensors, start: tf.Tensor2D): tf.Tensor {
  const { inputCentre, inputScale, items } = shape;
  const input = tf.div<tf.Tensor2D>(tf.sub(start, inputCentre), inputScale);
  const first = tf.tanh<tf.Tensor2D>(layer(input, flow.q1, flow.q1Bias));
  const second = tf.tanh<tf.Tensor2D>(layer(first, flow.q2, flow.q2Bias));
  const rates = layer(second, flow.q3, flow.q3Bias);
  return shape.field === 'full' ? tf.reshape(rates, [-1, items, items]) : rates;
}

/** eta(t) of times [B, 1]: [B, 1]. */
export function flowSpeeds(flow: FlowTensors, times: tf.Tensor2D): tf.Tensor2D {
  const hidden = tf.tanh<tf.Tensor2D>(layer(times, flow.eta1, flow.eta1Bias));
  return layer(hidden, flow.eta2, flow.eta2Bias);
}

/** Q s of points [B, m]. */
export function rated(shape: FlowShape, rates: tf.Tensor, points: tf.Tensor2D): tf.Tensor2D {
  if (shape.field === 'diagonal') return tf.mul(rates, points);
  return tf.reshape(tf.matMul(rates, tf.expandDims(points, 2)), [-1, shape.items]);
}

export interface Carried {
  /** s_T, [B, m]. */
  readonly end: tf.Tensor2D;
  /** log a_T(s_T) - log a_0(s_0) = -Tr Q(s_0) times the integral of eta, Liouville's equation; [B]. */
  readonly logDensityChange: tf.Tensor1D;
}

/**
 * Euler's method from points [B, m]; the integral of eta is the sum over the same steps (left rule).
 * @param known eta at the N left ends, if they are known numbers: a flow that is not trained; half of the operations. And Q(start),
 * where it has been computed
 */
export function carry(
  shape: FlowShape,
  flow: FlowTensors,
  start: tf.Tensor2D,
  known: { readonly speeds?: readonly number[] | undefined; readonly rates?: tf.Tensor } = {},
): Carried {
  const { eulerSteps, field } = shape;
  const { speeds, rates = flowRates(shape, flow, start) } = known;
  const trace = field === 'diagonal' ? tf.sum(rates, 1) : tf.sum(tf.mul(rates, tf.eye(shape.items)), [1, 2]);
  const moves: readonly (number | tf.Tensor)[] =
    speeds?.map((speed) => speed / eulerSteps) ?? speedTensors(shape, flow);
  let end = start;
  for (const move of moves) {
    end =
      field === 'diagonal'
        ? tf.mul(end, tf.add(tf.mul(rates, move), 1))
        : tf.add(end, tf.mul(rated(shape, rates, end), move));
  }
  const integral = moves.every((move) => typeof move === 'number')
    ? moves.reduce((sum, move) => sum + move, 0)
    : tf.addN(moves as tf.Tensor[]);
  return { end, logDensityChange: tf.neg(tf.mul(trace, integral)) };
}

/** eta / N at the N left ends, [1] each. */
function speedTensors({ eulerSteps }: FlowShape, flow: FlowTensors): tf.Tensor[] {
  const times = tf.div<tf.Tensor2D>(tf.expandDims(tf.range(0, eulerSteps), 1), eulerSteps);
  const moves = tf.div<tf.Tensor1D>(tf.reshape(flowSpeeds(flow, times), [eulerSteps]), eulerSteps);
  return Array.from({ length: eulerSteps }, (_, i) => tf.slice1d(moves, i, 1));
}

function layer(input: tf.Tensor2D, weights: tf.Tensor, bias: tf.Tensor): tf.Tensor2D {
  return tf.add(tf.matMul(input, weights as tf.Tensor2D), bias);
}
