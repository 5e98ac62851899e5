/** Gradients of the reductions. `attrs` name the reduced axes, negative ones included, and may keep them as sides of 1. */
import type { GradConfig, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { gradientThroughInput } from '../scaled-softmax.ts';
import { gradient } from './define.ts';

function axesOf(x: Tensor, axis: unknown): number[] {
  return tf.util.parseAxisParam(axis as number | number[], x.shape);
}

/** `reduced` with its reduced sides put back as 1, so that it broadcasts against x. */
function restored(reduced: Tensor, x: Tensor, axes: readonly number[]): Tensor {
  return tf.reshape(
    reduced,
    x.shape.map((side, i) => (axes.includes(i) ? 1 : side)),
  );
}

/** `x` broadcast to `shape`: a sum with zeros costs a hundredth of `tf.broadcastTo` on wasm. */
function expanded(x: Tensor, shape: number[]): Tensor {
  return tf.add(x, tf.fill(shape, 0));
}

/** dy to every element that equals the extreme: all of those in a tie, as in tfjs. */
function extreme(kernelName: string): GradConfig {
  return gradient(kernelName, { inputs: ['x'], output: true }, (dy, [x, y], attrs) => {
    const axes = axesOf(x, attrs['reductionIndices'] ?? attrs['axis']);
    return {
      x: () => tf.mul(restored(dy, x, axes), tf.cast(tf.equal(x, restored(y, x, axes)), 'float32')),
    };
  });
}

export const reductionGradients: GradConfig[] = [
  gradient(tf.Sum, { inputs: ['x'] }, (dy, [x], attrs) => ({
    x: () => expanded(restored(dy, x, axesOf(x, attrs['axis'])), x.shape),
  })),
  gradient(tf.Mean, { inputs: ['x'] }, (dy, [x], attrs) => {
    const axes = axesOf(x, attrs['axis']);
    return { x: () => expanded(tf.mul(restored(dy, x, axes), dy.size / x.size), x.shape) };
  }),
  extreme(tf.Max),
  extreme(tf.Min),
  gradient(tf.Cumsum, {}, (dy, _saved, attrs) => ({
    x: () => tf.cumsum(dy, Number(attrs['axis']), attrs['exclusive'] === true, attrs['reverse'] !== true),
  })),
  gradient(tf.Softmax, { inputs: ['logits'], output: true }, (dy, [x, y]) => ({
    logits: () => gradientThroughInput(dy, x, y, 1),
  })),
  gradient(tf.ArgMax, { inputs: ['x'] }, (_dy, [x]) => ({ x: () => tf.zerosLike(x) })),
  gradient(tf.ArgMin, { inputs: ['x'] }, (_dy, [x]) => ({ x: () => tf.zerosLike(x) })),
];
