/** Straight-through estimates whose backward pass is a formula: f at one point, its slope there sent on by a product. */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice, Objective } from '../../core/choice.ts';
import type { Estimate } from '../../core/estimator.ts';
import { softmaxGradient } from '../../kernels/scaled-softmax.ts';
import { estimateAt } from './estimate-at.ts';

/**
 * One evaluation of f at `point`; `backward` turns f's slope there into the gradient for the logits.
 * @param point like z, detached
 * @param saved detached tensors that `backward` reads: only what is passed here outlives the forward pass
 */
export function forwardEstimate(
  { logits }: Choice,
  objective: Objective,
  point: tf.Tensor,
  saved: readonly tf.Tensor[],
  backward: (slope: tf.Tensor, saved: readonly tf.Tensor[]) => tf.Tensor,
): Estimate {
  const pass = tf.customGrad<tf.Tensor>((...args) => {
    const save = args[1] as tf.GradSaveFunc;
    save([...saved]);
    return {
      value: tf.clone(point),
      gradFunc: (slope, kept) => tf.tidy(() => backward(slope, kept)),
    };
  });
  return estimateAt(pass(logits), objective);
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
