/**
 * Laws of a code of D bits, or of D values among K, and what the ELBO needs of them, in nats and summed over the latents: [B]. Codes
 * and logits are [B, D] or [B, D, K]. All of it is linear in the code, so that it is as well defined between the vertices as at
 * them, and differentiable twice.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice } from '../../core/choice.ts';
import { stopGradient } from '../../core/gradient-flow.ts';
import { bernoulliLogMass } from '../../kernels/bernoulli-likelihood.ts';
import { scaledSoftmax } from '../../kernels/scaled-softmax.ts';
import type { Key } from '../../random/key.ts';
import { gumbel, logistic } from '../../random/noise.ts';
import { mode as modeOfBits } from '../../distributions/bernoulli.ts';
import { mode as modeOfValues } from '../../distributions/categorical.ts';

export type CodeKind = Choice['kind'];

/** p(z) of each latent, like the code. */
export function codeProbabilities(kind: CodeKind, logits: tf.Tensor): tf.Tensor {
  return kind === 'bernoulli' ? tf.sigmoid(logits) : scaledSoftmax(logits, 1);
}

/** log p(z). @param logits those of the code, or one row for all */
export function logMass(kind: CodeKind, logits: tf.Tensor, z: tf.Tensor): tf.Tensor1D {
  if (kind === 'bernoulli') {
    return logits.size === z.size
      ? bernoulliLogMass(z as tf.Tensor2D, logits as tf.Tensor2D)
      : sumOfCode(tf.sub(tf.mul(z, logits), tf.softplus(logits)));
  }
  return sumOfCode(tf.mul(z, logProbabilities(logits)));
}

/** -H = sum p log p. */
export function negativeEntropy(kind: CodeKind, logits: tf.Tensor): tf.Tensor1D {
  return logMass(kind, logits, codeProbabilities(kind, logits));
}

/**
 * KL(q || p) in closed form.
 * @param priorLogits of p, one row for all; null: all values equally likely
 */
export function klDivergence(kind: CodeKind, logits: tf.Tensor, priorLogits: tf.Tensor | null): tf.Tensor1D {
  const p = codeProbabilities(kind, logits);
  return tf.sub(logMass(kind, logits, p), logPrior(kind, priorLogits, p));
}

/** log p(z) under the prior. */
export function logPrior(kind: CodeKind, priorLogits: tf.Tensor | null, z: tf.Tensor): tf.Tensor {
  if (priorLogits !== null) return logMass(kind, priorLogits, z);
  const [, latents = 1, classes = 2] = z.shape;
  return tf.scalar(-latents * Math.log(classes));
}

/** An exact sample; a constant to every gradient. */
export function sampleCode(kind: CodeKind, logits: tf.Tensor, key: Key): tf.Tensor {
  return kind === 'bernoulli'
    ? modeOfBits(tf.add(logits, logistic(key, logits.shape)))
    : modeOfValues(tf.add(logits, gumbel(key, logits.shape)));
}

/** The most probable code. */
export function likeliestCode(kind: CodeKind, logits: tf.Tensor): tf.Tensor {
  return kind === 'bernoulli' ? modeOfBits(logits) : modeOfValues(logits);
}

/** log p of every value, [B, D, K]: logits - max - log sum exp(logits - max). */
function logProbabilities(logits: tf.Tensor): tf.Tensor {
  const below = tf.sub(logits, stopGradient(tf.max(logits, -1, true)));
  return tf.sub(below, tf.log(tf.sum(tf.exp(below), -1, true)));
}

function sumOfCode(x: tf.Tensor): tf.Tensor1D {
  const [rows] = x.shape as [number];
  return tf.sum<tf.Tensor1D>(tf.reshape(x, [rows, x.size / rows]), 1);
}
