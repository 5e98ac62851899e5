/**
 * The two numbers that REBAR and RELAX learn: eta, the weight of f's own relaxation in the control variate, and the factor
 * by which its temperature differs from the schedule's.
 *
 * Stored so that every value is allowed, eta = 2 sigmoid(rate x) as in the authors' code and factor = 100^tanh(rate x / log 100):
 * the optimiser's steps, made for the model, move them `rate` times as fast.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { EstimatorState } from '../../core/estimator.ts';

export const controlSettings = {
  eta: z
    .number()
    .gt(0)
    .lt(2)
    .default(1)
    .describe("Weight of f's relaxation in the control variate at the start, between 0 and 2"),
  learn: z
    .boolean()
    .default(true)
    .describe('Learn the free parameters of the control variate by lowering the variance of the estimate'),
  rate: z
    .number()
    .min(0.01)
    .max(100)
    .default(10)
    .describe("Learning rate of eta and the temperature, in multiples of the model's"),
};

/** Largest factor between the learned temperature and the schedule's, either way: its logarithm. */
const RANGE = Math.log(100);

interface ControlScale {
  readonly eta: tf.Scalar;
  /** 1 / temperature: what multiplies the relaxed sample's scores. */
  readonly sharpness: tf.Scalar;
}

export function initControlScale(eta: number, rate: number): Record<'eta' | 'temperature', tf.Variable> {
  return tf.tidy(() => ({
    eta: tf.variable(tf.scalar(Math.log(eta / (2 - eta)) / rate)),
    temperature: tf.variable(tf.scalar(0)),
  }));
}

/** Values of the parameters, differentiable; `temperature` is the schedule's. */
export function controlScale(state: EstimatorState, rate: number, temperature: number): ControlScale {
  const { eta, temperature: logFactor } = state.parameters;
  return { eta: weight(eta!, rate), sharpness: sharpness(logFactor!, rate, temperature) };
}

/** 2 sigmoid(rate x), as one node of the tape: steps of single numbers cost as much as those of tensors. */
function weight(parameter: tf.Variable, rate: number): tf.Scalar {
  const node = tf.customGrad<tf.Scalar>((...args) => {
    const [x, save] = args as [tf.Tensor, tf.GradSaveFunc];
    const value = tf.mul<tf.Scalar>(tf.sigmoid(tf.mul(x, rate)), 2);
    save([value]);
    const slope = (y: tf.Tensor) => tf.mul(y, tf.sub(rate, tf.mul(y, rate / 2)));
    return { value, gradFunc: (dy, saved) => tf.mul(dy, slope(saved[0]!)) };
  });
  return node(parameter);
}

/** 100^-tanh(rate x / log 100) / temperature, as one node of the tape. */
function sharpness(parameter: tf.Variable, rate: number, temperature: number): tf.Scalar {
  const node = tf.customGrad<tf.Scalar>((...args) => {
    const [x, save] = args as [tf.Tensor, tf.GradSaveFunc];
    const bend = tf.tanh(tf.mul(x, rate / RANGE));
    const value = tf.mul<tf.Scalar>(tf.exp(tf.mul(bend, -RANGE)), 1 / temperature);
    save([value, bend]);
    return {
      value,
      gradFunc: (dy, saved) => {
        const [y, t] = saved as [tf.Tensor, tf.Tensor];
        return tf.mul(dy, tf.mul(y, tf.sub(tf.mul(tf.square(t), rate), rate)));
      },
    };
  });
  return node(parameter);
}
