/**
 * The categorical distribution on the last axis of its logits [..., K]: p = softmax(logits), z one-hot [..., K].
 * A logit may be -inf (a value that cannot be chosen) as long as one in its row is finite; no function here turns that into
 * NaN, forward or backward. Stable for logits of any finite size.
 *
 * Sources: Maddison, Tarlow, Minka, "A* sampling", NIPS 2014 (Gumbel-max); Maddison, Mnih, Teh, "The Concrete
 * distribution", ICLR 2017; Jang, Gu, Poole, "Categorical reparameterization with Gumbel-softmax", ICLR 2017.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { scaledSoftmax } from '../kernels/scaled-softmax.ts';

/** Finite stand-in for -inf where it is multiplied by a probability of 0. */
const LOWEST = -1e30;

/** p [..., K]; at another temperature than 1, softmax(logits / temperature). */
export function probabilities(logits: Tensor, temperature = 1): Tensor {
  return scaledSoftmax(logits, 1 / temperature);
}

/** log p [..., K]; -inf where a logit is. */
export function logProbabilities(logits: Tensor): Tensor {
  return recorded(logits, (x) => {
    const { p, logP } = normalised(x);
    return {
      value: logP,
      saved: p,
      gradient: (dy, saved) => tf.sub(dy, tf.mul(saved, tf.sum(dy, -1, true))),
    };
  });
}

/** log p(z) [...] of one-hot z [..., K], a constant to the gradient: -inf for a z that cannot be chosen. */
export function logProb(logits: Tensor, z: Tensor): Tensor {
  return recorded(logits, (x) => {
    const { p, logP } = normalised(x);
    const chosen = tf.sum(tf.mul(z, tf.maximum(logP, LOWEST)), -1);
    return {
      value: tf.where(tf.greater(chosen, LOWEST), chosen, tf.fill(chosen.shape, -Infinity)),
      saved: tf.sub(z, p),
      gradient: (dy, saved) => tf.mul(saved, tf.expandDims(dy, -1)),
    };
  });
}

/** H = -sum p log p [...], in nats. */
export function entropy(logits: Tensor): Tensor {
  return recorded(logits, (x) => {
    const { p, logP } = normalised(x);
    const finite = tf.maximum(logP, LOWEST);
    const negative = tf.sum(tf.mul(p, finite), -1, true);
    return {
      value: tf.neg(tf.squeeze(negative, [-1])),
      // dH / dlogits = -p (log p + H)
      saved: tf.mul(p, tf.sub(negative, finite)),
      gradient: (dy, saved) => tf.mul(saved, tf.expandDims(dy, -1)),
    };
  });
}

/** The most probable value as one-hot [..., K]; the first one in a tie. No gradient. */
export function mode(logits: Tensor): Tensor {
  return tf.oneHot(tf.argMax(logits, -1), logits.shape.at(-1)!, 1, 0, 'float32');
}

/** An exact sample, one-hot [..., K]: argmax of logits + Gumbel `noise` [..., K]. No gradient. */
export function sample(logits: Tensor, noise: Tensor): Tensor {
  return mode(tf.add(logits, noise));
}

/**
 * A sample of the Concrete (Gumbel-softmax) distribution [..., K]: softmax((logits + noise) / temperature) with Gumbel
 * `noise` [..., K]. Differentiable in the logits; with the same noise, `sample` is its limit at temperature 0.
 */
export function relaxedSample(logits: Tensor, noise: Tensor, temperature: number): Tensor {
  return scaledSoftmax(tf.add(logits, noise), 1 / temperature);
}

/**
 * p and log p [..., K]. With m the largest logit, p of m is 1 / sum exp(logits - m): it is at least 1 / K, so its logarithm
 * is exact, and adding that to logits - m never meets the rounding of a large m.
 */
function normalised(logits: Tensor): { p: Tensor; logP: Tensor } {
  const p = tf.softmax(logits);
  const below = tf.sub(logits, tf.max(logits, -1, true));
  return { p, logP: tf.add(below, tf.log(tf.max(p, -1, true))) };
}

interface Recorded {
  readonly value: Tensor;
  readonly saved: Tensor;
  gradient(dy: Tensor, saved: Tensor): Tensor;
}

/** A function of the logits with its own gradient: composed ones meet 0 * -inf. */
function recorded(logits: Tensor, compute: (x: Tensor) => Recorded): Tensor {
  return tf.customGrad((...args) => {
    const save = args[1] as tf.GradSaveFunc;
    const { value, saved, gradient } = compute(args[0] as Tensor);
    save([saved]);
    return { value, gradFunc: (dy: Tensor, kept: Tensor[]) => gradient(dy, kept[0]!) };
  })(logits);
}
