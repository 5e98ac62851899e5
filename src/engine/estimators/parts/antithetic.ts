/** Pairs of hard samples from one uniform number and its mirror image, u and 1 - u. */
import * as tf from '@tensorflow/tfjs-core';
import type { Choice, Objective } from '../../core/choice.ts';
import type { Estimate } from '../../core/estimator.ts';
import { stopGradient, withGradient } from '../../core/gradient-flow.ts';
import { probabilities } from './choice-maths.ts';
import { perRow } from './scores.ts';
import { breakSticks, reached, throughSticks, valueOf } from './stick-breaking.ts';

interface Pair {
  readonly first: tf.Tensor;
  readonly second: tf.Tensor;
  /** From f(first) - f(second), in a shape that multiplies tensors like z, to one estimate per row. */
  estimate(difference: tf.Tensor): tf.Tensor;
}

/** 1[u > 1 - pi] and 1[u < pi]: 1 with probability pi, and as often unequal as can be. */
function antitheticBits(u: tf.Tensor, one: tf.Tensor, zero: tf.Tensor): [tf.Tensor, tf.Tensor] {
  return [tf.step(tf.sub(u, zero)), tf.step(tf.sub(one, u))];
}

/** ARM for bits: weighs the difference by u - 1/2. */
export function armPair(choice: Choice, u: tf.Tensor): Pair {
  const [first, second] = antitheticBits(u, tf.sigmoid(choice.logits), tf.sigmoid(tf.neg(choice.logits)));
  return { first, second, estimate: (difference) => tf.mul(difference, tf.sub(u, 0.5)) };
}

/**
 * DisARM: weighs the difference by the mean of u - 1/2 given what f has seen of the pair. For bits that is
 * (b - b') sigmoid(|theta|) / 2. For the bits of a broken stick, of which a sample may not reach all: that where both reach
 * the bit; (b - pi) / 2 where the first alone does, -(b' - pi) / 2 where the second alone does; 0 elsewhere.
 * @param u uniform numbers: like the logits for bits, [B, D, K - 1] for categorical choices
 */
export function disarmPair(choice: Choice, u: tf.Tensor): Pair {
  if (choice.kind === 'bernoulli') {
    const [one, zero] = [tf.sigmoid(choice.logits), tf.sigmoid(tf.neg(choice.logits))];
    const [first, second] = antitheticBits(u, one, zero);
    const weight = tf.mul(tf.sub(first, second), tf.mul(tf.maximum(one, zero), 0.5));
    return { first, second, estimate: (difference) => tf.mul(difference, weight) };
  }
  const p = probabilities(choice, 1) as tf.Tensor3D;
  const { one, zero, tail } = breakSticks(p);
  const [bits, others] = antitheticBits(u, one, zero);
  const [seen, otherSeen] = [reached(bits), reached(others)];
  const both = tf.mul(tf.mul(seen, otherSeen), tf.mul(tf.sub(bits, others), tf.maximum(one, zero)));
  const alone = tf.mul(tf.mul(seen, tf.sub(1, otherSeen)), tf.sub(bits, one));
  const otherAlone = tf.mul(tf.mul(otherSeen, tf.sub(1, seen)), tf.sub(others, one));
  const weight = throughSticks(tf.mul(tf.add(both, tf.sub(alone, otherAlone)), 0.5), p, tail);
  return {
    first: valueOf(bits),
    second: valueOf(others),
    estimate: (difference) => tf.mul(difference, weight),
  };
}

/** The whole estimate; f's own parameters get the mean of both gradients, as either sample has the law of z. */
export function pairEstimate(
  choice: Choice,
  objective: Objective,
  pairOf: (constant: Choice) => Pair,
): Estimate {
  const pair = pairOf({ ...choice, logits: stopGradient<tf.Tensor>(choice.logits) } as Choice);
  const [first, second] = [objective.evaluate(pair.first), objective.evaluate(pair.second)];
  const mean = tf.mul<tf.Scalar>(tf.add(tf.mean(first), tf.mean(second)), 0.5);
  const score = withGradient(choice.logits, () => {
    const difference = tf.mul(tf.sub(first, second), 1 / first.size);
    return pair.estimate(perRow(difference, pair.first));
  });
  return { surrogate: tf.add(mean, score), value: stopGradient(mean), evaluations: 2 };
}
