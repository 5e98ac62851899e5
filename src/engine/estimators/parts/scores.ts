/** Scores of hard samples, z - p: the gradient of log p(z; theta) for the logits, of categorical choices and of bits. */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice } from '../../core/choice.ts';

/** One number per row, [B], in a shape that multiplies tensors like z. */
export function perRow(values: tf.Tensor, like: tf.Tensor): tf.Tensor {
  return tf.reshape(
    values,
    like.shape.map((side, axis) => (axis === 0 ? side : 1)),
  );
}

/** sum_m w_m (z_m - p), like z: the scores of samples with weights w [M, B]. */
export function weightedScores(draws: readonly tf.Tensor[], p: tf.Tensor, weights: tf.Tensor): tf.Tensor {
  const each = draws.length === 1 ? [weights] : tf.unstack(weights);
  const terms = draws.map((draw, m) => tf.mul(tf.sub(draw, p), perRow(each[m]!, p)));
  return terms.length === 1 ? terms[0]! : tf.addN(terms);
}

/** Sum over all but the first axis, [B]. */
export function sumOfRow(x: tf.Tensor): tf.Tensor1D {
  return tf.sum(
    x,
    x.shape.slice(1).map((_, axis) => axis + 1),
  );
}

/** (d p / d theta)^T slope, like the logits: the gradient of slope . p. */
export function throughProbabilities(choice: Choice, p: tf.Tensor, slope: tf.Tensor): tf.Tensor {
  if (choice.kind === 'bernoulli') return tf.mul(slope, tf.mul(p, tf.sub(1, p)));
  return tf.mul(p, tf.sub(slope, tf.sum(tf.mul(p, slope), 2, true)));
}
