/** Gradients of the binary operations, which broadcast their operands against one another. */
import * as tf from '@tensorflow/tfjs-core';
import { gradient } from './define.ts';
import { reduceTo } from './reduce-to.ts';

const both = { inputs: ['a', 'b'] };

export const arithmeticGradients = [
  gradient(tf.Add, both, (dy, [a, b]) => ({
    a: () => ownCopy(dy, a.shape),
    b: () => ownCopy(dy, b.shape),
  })),
  gradient(tf.Sub, both, (dy, [a, b]) => ({
    a: () => ownCopy(dy, a.shape),
    b: () => tf.neg(reduceTo(dy, b.shape)),
  })),
  gradient(tf.Multiply, both, (dy, [a, b]) => ({
    a: () => reduceTo(tf.mul(dy, b), a.shape),
    b: () => reduceTo(tf.mul(dy, a), b.shape),
  })),
  gradient(tf.RealDiv, both, (dy, [a, b]) => ({
    a: () => reduceTo(tf.div(dy, b), a.shape),
    b: () => tf.neg(reduceTo(tf.div(tf.mul(dy, a), tf.square(b)), b.shape)),
  })),
  gradient(tf.SquaredDifference, both, (dy, [a, b]) => {
    const slope = (): tf.Tensor => tf.mul(dy, tf.mul(2, tf.sub(a, b)));
    return { a: () => reduceTo(slope(), a.shape), b: () => tf.neg(reduceTo(slope(), b.shape)) };
  }),
  // A tie counts for the first operand, as in tfjs.
  gradient(tf.Maximum, both, (dy, [a, b]) => ({
    a: () => reduceTo(masked(dy, tf.greaterEqual(a, b)), a.shape),
    b: () => reduceTo(masked(dy, tf.less(a, b)), b.shape),
  })),
  gradient(tf.Minimum, both, (dy, [a, b]) => ({
    a: () => reduceTo(masked(dy, tf.lessEqual(a, b)), a.shape),
    b: () => reduceTo(masked(dy, tf.greater(a, b)), b.shape),
  })),
  gradient(tf.Pow, { inputs: ['a', 'b'], output: true }, (dy, [a, b, y]) => ({
    a: () => reduceTo(tf.mul(dy, tf.mul(b, tf.pow(a, tf.sub(b, 1)))), a.shape),
    // log of the base where it is positive; elsewhere the power is no function of a real exponent.
    b: () => reduceTo(tf.mul(dy, tf.mul(y, tf.where(tf.greater(a, 0), tf.log(a), tf.zerosLike(a)))), b.shape),
  })),
  {
    kernelName: tf.AddN,
    saveAllInputs: true,
    gradFunc: (dy: tf.Tensor | tf.Tensor[], saved: tf.Tensor[]) =>
      Object.fromEntries(saved.map((_, i) => [i, () => tf.clone(dy as tf.Tensor)])),
  },
];

/** dy for an operand: never dy itself, which the tape disposes of where another path of the operand adds to it. */
function ownCopy(dy: tf.Tensor, shape: number[]): tf.Tensor {
  return reduceTo(tf.clone(dy), shape);
}

function masked(dy: tf.Tensor, condition: tf.Tensor): tf.Tensor {
  return tf.mul(dy, tf.cast(condition, 'float32'));
}
