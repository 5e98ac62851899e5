/**
 * Independent bits with logits of any shape: P(z = 1) = sigmoid(logits), elementwise. Stable for logits of any size; a logit
 * of +-inf is a bit that never changes.
 *
 * Source: Maddison, Mnih, Teh, "The Concrete distribution", ICLR 2017, appendix B (Binary Concrete).
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** Beyond this the entropy is 0 in float32. */
const CERTAIN = 120;

/** P(z = 1). */
export function probabilities(logits: Tensor): Tensor {
  return tf.sigmoid(logits);
}

/** log p(z), elementwise, of bits z in {0, 1}, constants to the gradient. */
export function logProb(logits: Tensor, z: Tensor): Tensor {
  // softplus of the logit with the sign of the other value; no difference of large numbers.
  return tf.neg(tf.softplus(tf.mul(logits, tf.sub(1, tf.mul(z, 2)))));
}

/** H = -p log p - (1 - p) log(1 - p), elementwise, in nats. */
export function entropy(logits: Tensor): Tensor {
  const size = tf.minimum(tf.abs(logits), CERTAIN);
  const opposite = tf.neg(size);
  return tf.add(tf.softplus(opposite), tf.mul(size, tf.sigmoid(opposite)));
}

/** The more probable bit; 0 at a logit of 0. No gradient. */
export function mode(logits: Tensor): Tensor {
  return tf.step(logits);
}

/** An exact sample: the sign of logits + logistic `noise`. No gradient. */
export function sample(logits: Tensor, noise: Tensor): Tensor {
  return mode(tf.add(logits, noise));
}

/**
 * A sample of the Binary Concrete distribution: sigmoid((logits + noise) / temperature) with logistic `noise`.
 * Differentiable in the logits; with the same noise, `sample` is its limit at temperature 0.
 */
export function relaxedSample(logits: Tensor, noise: Tensor, temperature: number): Tensor {
  return tf.sigmoid(tf.div(tf.add(logits, noise), temperature));
}
