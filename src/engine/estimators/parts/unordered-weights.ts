/**
 * Weights of an unordered sample S without replacement. With P^C(T) the probability of drawing exactly the set T when C has been
 * taken out, the leave-out ratios of Kool et al. are R(S, s) = P^s(S \ s) / P(S), R^s(S, t) = P^st(S \ st) / P^s(S \ s).
 *
 * Drawing S \ C in any order: P^C(S \ C) = prod_{s in S \ C} p_s U(C), U(S) = 1,
 * U(C) = sum_{s in S \ C} U(C + s) / (1 - sum_{t in C} p_t). So p_s R(S, s) = U({s}) / U({}) and p_t R^s(S, t) = U({s, t}) / U({s}):
 * a recursion over the 2^k subsets without a difference of probabilities, and no small p in a denominator.
 *
 * Source: Kool, van Hoof, Welling, "Estimating Gradients for Discrete Random Variables by Sampling without Replacement", ICLR 2020,
 * sections 3 and 4, appendix B (which integrates numerically).
 */
import * as tf from '@tensorflow/tfjs-core';

export interface UnorderedWeights {
  /** p_s R(S, s), [B, k]; sums to 1. */
  readonly first: tf.Tensor;
  /** p_t R^s(S, t) for t other than s, and p_s on the diagonal, [B, k, k]; rows sum to 1. */
  readonly second: tf.Tensor;
}

/** What float32 leaves of 1 minus a sum of probabilities. */
const ROUNDING = 1e-7;

/** @param p of the k samples, [B, k] */
export function unorderedWeights(p: tf.Tensor): UnorderedWeights {
  const k = p.shape[1]!;
  const levels = subsetsBySize(k);
  let above = tf.onesLike(tf.slice(p, [0, 0], [-1, 1])); // U(S), [B, 1]
  let pairs = above;
  for (let size = k - 1; size >= 1; size--) {
    if (size === 1) pairs = above;
    const masks = levels[size]!;
    const larger = levels[size + 1]!;
    const next = masks.map((mask) => without(mask, k).map((s) => larger.indexOf(mask | (1 << s))));
    const sum = tf.sum(tf.gather(above, tf.tensor2d(next, [masks.length, k - size], 'int32'), 1), 2);
    const values = tf.div(sum, remaining(p, masks, k)); // [B, subsets]
    // Only ratios within a size count, and a scale a row keeps them in range.
    above = tf.div(values, tf.max(values, 1, true));
  }
  return {
    // What cannot be drawn is, once nothing else is left: without weight, where rounding leaves some.
    first: tf.mul(normalised(above), tf.step(p)),
    second: k === 1 ? tf.expandDims(p, 2) : withDiagonal(p, pairs, levels[2]!),
  };
}

/** 1 - sum_{t in C} p_t, at least the sum over S \ C, [B, subsets]. */
function remaining(p: tf.Tensor, masks: readonly number[], k: number): tf.Tensor {
  const inside = tf.tensor2d(
    Array.from({ length: k }, (_, s) => masks.map((mask) => (mask >> s) & 1)),
    [k, masks.length],
  );
  const outside = tf.matMul(p, tf.sub(1, inside));
  return tf.maximum(tf.maximum(tf.sub(1, tf.matMul(p, inside)), outside), ROUNDING);
}

/** U({s, t}) / U({s}) = (1 - p_s) U({s, t}) / sum_t U({s, t}), with p_s on the diagonal. */
function withDiagonal(p: tf.Tensor, pairs: tf.Tensor, masks: readonly number[]): tf.Tensor {
  const k = p.shape[1]!;
  const places = Array.from({ length: k }, (_, s) =>
    Array.from({ length: k }, (_unused, t) => Math.max(0, masks.indexOf((1 << s) | (1 << t)))),
  );
  const diagonal = tf.eye(k);
  const others = tf.mul(tf.gather(pairs, tf.tensor2d(places, [k, k], 'int32'), 1), tf.sub(1, diagonal));
  const own = tf.expandDims(p, 2);
  return tf.add(tf.mul(tf.sub(1, own), normalised(others)), tf.mul(own, diagonal));
}

function normalised(x: tf.Tensor): tf.Tensor {
  return tf.div(x, tf.sum(x, -1, true));
}

/** Bit masks of the subsets of k samples, by their size. */
function subsetsBySize(k: number): number[][] {
  const bySize = Array.from({ length: k + 1 }, (): number[] => []);
  for (let mask = 0; mask < 1 << k; mask++) bySize[k - without(mask, k).length]!.push(mask);
  return bySize;
}

function without(mask: number, k: number): number[] {
  return Array.from({ length: k }, (_, s) => s).filter((s) => ((mask >> s) & 1) === 0);
}
