/** Gradients of the elementwise operations of one tensor. */
import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { PERTURBED } from '../perturbed.ts';
import { reluGradient, sigmoidGradient, tanhGradient } from '../activation-gradients.ts';
import { gradient } from './define.ts';

/** dy times a slope computed from the input. */
function fromInput(kernelName: string, slope: (x: Tensor, attrs: NamedAttrMap) => Tensor): GradConfig {
  return gradient(kernelName, { inputs: ['x'] }, (dy, [x], attrs) => ({
    x: () => tf.mul(dy, slope(x, attrs)),
  }));
}

/** dy times a slope computed from the output. */
function fromOutput(kernelName: string, slope: (y: Tensor) => Tensor): GradConfig {
  return gradient(kernelName, { inputs: ['x'], output: true }, (dy, [, y]) => ({
    x: () => tf.mul(dy, slope(y)),
  }));
}

/** Piecewise constant: no gradient. */
function flat(kernelName: string): GradConfig {
  return gradient(kernelName, {}, (dy) => ({ x: () => tf.zerosLike(dy) }));
}

/** A step has a gradient, 0, where a comparison has none: a further derivative may run through it. */
const positive = (x: Tensor): Tensor => tf.step(x);

export const elementwiseGradients: GradConfig[] = [
  gradient(tf.Identity, {}, (dy) => ({ x: () => tf.clone(dy) })),
  gradient(tf.Cast, {}, (dy) => ({ x: () => tf.clone(dy) })),
  gradient(PERTURBED, {}, (dy) => ({ logits: () => tf.clone(dy) })),
  gradient(tf.Neg, {}, (dy) => ({ x: () => tf.neg(dy) })),
  fromInput(tf.Abs, (x) => tf.sign(x)),
  fromInput(tf.Square, (x) => tf.mul(x, 2)),
  fromInput(tf.Log, (x) => tf.reciprocal(x)),
  fromInput(tf.Log1p, (x) => tf.reciprocal(tf.add(x, 1))),
  fromInput(tf.Sin, (x) => tf.cos(x)),
  fromInput(tf.Cos, (x) => tf.neg(tf.sin(x))),
  fromInput(tf.Softplus, (x) => tf.sigmoid(x)),
  gradient(tf.Relu, { inputs: ['x'] }, (dy, [x]) => ({ x: () => reluGradient(dy, x) })),
  fromInput(tf.LeakyRelu, (x, attrs) => {
    const alpha = Number(attrs['alpha']);
    return tf.add(tf.mul(positive(x), 1 - alpha), alpha);
  }),
  fromInput(tf.ClipByValue, (x, attrs) =>
    tf.cast(
      tf.logicalAnd(
        tf.greaterEqual(x, Number(attrs['clipValueMin'])),
        tf.lessEqual(x, Number(attrs['clipValueMax'])),
      ),
      'float32',
    ),
  ),
  fromInput(tf.Erf, (x) => tf.mul(tf.exp(tf.neg(tf.square(x))), 2 / Math.sqrt(Math.PI))),
  fromOutput(tf.Exp, (y) => y),
  fromOutput(tf.Expm1, (y) => tf.add(y, 1)),
  fromOutput(tf.Sqrt, (y) => tf.div(0.5, y)),
  fromOutput(tf.Rsqrt, (y) => tf.mul(tf.pow(y, 3), -0.5)),
  fromOutput(tf.Reciprocal, (y) => tf.neg(tf.square(y))),
  gradient(tf.Sigmoid, { inputs: ['x'], output: true }, (dy, [, y]) => ({
    x: () => sigmoidGradient(dy, y),
  })),
  gradient(tf.Tanh, { inputs: ['x'], output: true }, (dy, [, y]) => ({ x: () => tanhGradient(dy, y) })),
  // y = e^x - 1 for x < 0, so the slope there is y + 1.
  fromOutput(tf.Elu, (y) => tf.add(tf.minimum(y, 0), 1)),
  ...[tf.Sign, tf.Step, tf.Floor, tf.Ceil, tf.Round, tf.ZerosLike, tf.OnesLike].map(flat),
];
