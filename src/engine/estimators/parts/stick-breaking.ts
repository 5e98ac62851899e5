/**
 * A categorical choice as K - 1 bits: bit k says "value k, given none before it", with the probability
 * pi_k = p_k / (p_k + ... + p_K); the first bit of 1 names the value, the last value has none. Bits after it do not count.
 *
 * Source: Dong, Mnih, Tucker, "Coupled Gradient Estimators for Discrete Latent Variables", NeurIPS 2021, section 4.
 */
import * as tf from '@tensorflow/tfjs-core';

export interface Sticks {
  /** pi and 1 - pi, [B, D, K - 1]. */
  readonly one: tf.Tensor;
  readonly zero: tf.Tensor;
  /** p_{k+1} + ... + p_K, positive, [B, D, K - 1]. */
  readonly tail: tf.Tensor;
}

/** Where the rest of a stick underflows, its bits are never reached. */
const TINY = 1e-30;

/** p [B, D, K], K at least 2. */
export function breakSticks(p: tf.Tensor3D): Sticks {
  const [rows, latents, classes] = p.shape;
  const head = tf.slice(p, [0, 0, 0], [rows, latents, classes - 1]);
  // Summed from the end, so that small tails keep their digits.
  const tail = tf.slice(tf.cumsum(p, 2, true, true), [0, 0, 0], [rows, latents, classes - 1]);
  const whole = tf.maximum(tf.add(head, tail), TINY);
  return { one: tf.div(head, whole), zero: tf.div(tail, whole), tail: tf.maximum(tail, TINY) };
}

/** 1 for the bits that no earlier bit of 1 cuts off, [B, D, K - 1]. */
export function reached(bits: tf.Tensor): tf.Tensor {
  return tf.sub(1, tf.minimum(tf.cumsum(bits, 2, true), 1));
}

/** One-hot values of the bits, [B, D, K]. */
export function valueOf(bits: tf.Tensor): tf.Tensor {
  const last = tf.sub(1, tf.minimum(tf.sum(bits, 2, true), 1));
  return tf.concat([tf.mul(bits, reached(bits)), last], 2);
}

/**
 * From a gradient for the bits' logits, a_k = theta_k - log sum_{j > k} e^theta_j, to that for theta [B, D, K]:
 * g_k - p_k sum_{i < k} g_i / tail_i.
 */
export function throughSticks(gradient: tf.Tensor, p: tf.Tensor, tail: tf.Tensor): tf.Tensor {
  const padded = (x: tf.Tensor) =>
    tf.pad(x, [
      [0, 0],
      [0, 0],
      [0, 1],
    ]);
  return tf.sub(padded(gradient), tf.mul(p, tf.cumsum(padded(tf.div(gradient, tail)), 2, true)));
}
