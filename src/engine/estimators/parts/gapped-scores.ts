/** The scores of gapped straight-through: the logits, moved so that the sample wins by a gap. */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice } from '../../core/choice.ts';
import { withinReach } from './choice-maths.ts';

/** Of a probability below 1, in float32. */
const ALMOST_ONE = 1 - 2 ** -24;

/**
 * The chosen value gets the largest logit, the others at most that minus the gap; like the logits. A bit is a choice between
 * the logits 0 and theta, and its score the difference of the two.
 *
 * This is the paper's theta + m1 - m2, m1 = (max theta - theta_z) z, m2 = max(theta - max theta + gap, 0) (1 - z), without its
 * inf - inf for values that cannot be chosen.
 * @param gap a number, or the probabilities p, like z, for the gap -log(1 - p_z) / p_z
 */
export function gappedScores(choice: Choice, z: tf.Tensor, gap: number | tf.Tensor): tf.Tensor {
  const { kind, logits } = withinReach(choice);
  if (kind === 'categorical') {
    const top = tf.max(logits, -1, true); // [B, D, 1]
    const wide = typeof gap === 'number' ? gap : logGap(tf.sum(tf.mul(gap, z), -1, true));
    const others = tf.minimum(logits, tf.sub(top, wide));
    return tf.where(tf.greater(z, 0), tf.add(top, tf.zerosLike(z)), others);
  }
  const sign = tf.sub(tf.mul(z, 2), 1);
  const wide = typeof gap === 'number' ? gap : logGap(tf.add(tf.mul(gap, sign), tf.sub(1, z)));
  return tf.mul(sign, tf.maximum(tf.relu(tf.mul(sign, logits)), wide));
}

/** -log(1 - p) / p of chosen values, which have p > 0. */
function logGap(p: tf.Tensor): tf.Tensor {
  const below = tf.minimum(p, ALMOST_ONE);
  return tf.neg(tf.div(tf.log1p(tf.neg(below)), below));
}
