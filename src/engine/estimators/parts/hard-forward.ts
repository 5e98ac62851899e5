/** Points whose backward pass is a formula: where f is evaluated, its slope there sent on by a product. */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice } from '../../core/choice.ts';
import { softmaxGradient } from '../../kernels/scaled-softmax.ts';

/**
 * `point` as a function of the logits whose gradient is `backward` of f's slope there.
 * The slope is that of the mean over the rows, and so B times smaller than a row's own: it matters to what is not linear in it.
 * @param point like z, detached
 * @param saved detached tensors that `backward` reads: only what is passed here outlives the forward pass
 */
export function forwardPoint(
  { logits }: Choice,
  point: tf.Tensor,
  saved: readonly tf.Tensor[],
  backward: (slope: tf.Tensor, saved: readonly tf.Tensor[]) => tf.Tensor,
): tf.Tensor {
  const pass = tf.customGrad<tf.Tensor>((...args) => {
    const save = args[1] as tf.GradSaveFunc;
    save([...saved]);
    return {
      value: tf.clone(point),
      gradFunc: (slope, kept) => tf.tidy(() => backward(slope, kept)),
    };
  });
  return pass(logits);
}

/** J(q) slope / temperature, like z: the gradient for the logits of q = softmax(logits / temperature), or sigmoid. */
export function throughSoft(
  kind: Choice['kind'],
  q: tf.Tensor,
  slope: tf.Tensor,
  temperature = 1,
): tf.Tensor {
  if (kind === 'categorical') return softmaxGradient(slope, q, 1 / temperature);
  return tf.mul(slope, tf.mul(tf.sub(q, tf.square(q)), 1 / temperature));
}

/** The gradient, 0 for the values of logit -inf, which cannot be chosen. */
export function withoutForbidden(gradient: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  return tf.where(tf.greater(logits, -Infinity), gradient, tf.zerosLike(gradient));
}

/** sum_m term(m), m = 0 .. count - 1: no more than one term in memory at a time. */
export function sumOf(count: number, term: (m: number) => tf.Tensor): tf.Tensor {
  let sum = tf.tidy(() => term(0));
  for (let m = 1; m < count; m++) {
    const next = tf.tidy(() => tf.add(sum, term(m)));
    sum.dispose();
    sum = next;
  }
  return sum;
}
