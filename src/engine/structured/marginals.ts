/**
 * Bits that are allowed only in some combinations: marginals of the law p(z) ~ exp(<scores, z>) over the allowed z, by the dynamic
 * programme that finds the best z, with log-sum-exp in place of max.
 *
 * Source: Mensch, Blondel, "Differentiable Dynamic Programming for Structured Prediction and Attention", ICML 2018.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Automaton, Transitions } from './automaton.ts';

/** Log-weight of what is not allowed. */
const NEVER = -1e30;

/** Scores beyond this are certain: their exponentials' ratios are beyond float32. */
const CERTAIN = 1e6;

/** P(z_d = 1) [B, D] over the allowed z; scores [B, D]. Differentiable. */
export function structuredMarginals(scores: tf.Tensor2D, automaton: Automaton): tf.Tensor2D {
  const { states } = automaton;
  const made = new Map<Transitions, readonly tf.Tensor2D[]>();
  /** [S, S] for a bit of 0 and of 1. */
  const stepsAt = (place: number): readonly tf.Tensor2D[] => {
    const next = automaton.next(place);
    const known = made.get(next) ?? next.map((map) => transitions(map, states));
    made.set(next, known);
    return known;
  };
  const rows = scores.shape[0];
  const bits = tf.split(tf.clipByValue(scores, -CERTAIN, CERTAIN), scores.shape[1], 1); // [B, 1] each

  const before: tf.Tensor[] = [tf.tile(indicator([0], states), [rows, 1])]; // [B, S] each
  for (const [d, bit] of bits.slice(0, -1).entries()) {
    const from = tf.expandDims(before.at(-1)!, 2); // [B, S, 1]
    const sums = stepsAt(d).map((step, value) => {
      const arrived = tf.logSumExp(tf.add(from, step), 1);
      return value === 0 ? arrived : tf.add(arrived, bit);
    });
    before.push(tf.logSumExp(tf.stack(sums, 2), 2));
  }

  let after: tf.Tensor = tf.tile(indicator(automaton.final, states), [rows, 1]);
  const odds: tf.Tensor[] = [];
  for (let d = bits.length - 1; d >= 0; d--) {
    const to = tf.expandDims(after, 1); // [B, 1, S]
    const [without, withOne] = stepsAt(d).map((step) => tf.logSumExp(tf.add(to, step), 2)) as [
      tf.Tensor,
      tf.Tensor,
    ];
    const weigh = (rest: tf.Tensor) => tf.logSumExp(tf.add(before[d]!, rest), 1, true); // [B, 1]
    odds.unshift(tf.add(bits[d]!, tf.sub(weigh(withOne), weigh(without))));
    after = tf.logSumExp(tf.stack([without, tf.add(withOne, bits[d]!)], 2), 2);
  }
  return tf.sigmoid(tf.concat(odds as tf.Tensor2D[], 1));
}

/** [S from, S to]: 0 where the bit leads, NEVER elsewhere. */
function transitions(map: readonly (number | undefined)[], states: number): tf.Tensor2D {
  return tf.tensor2d(map.map((to) => Array.from({ length: states }, (_, s) => (s === to ? 0 : NEVER))));
}

function indicator(allowed: readonly number[], states: number): tf.Tensor2D {
  return tf.tensor2d([Array.from({ length: states }, (_, s) => (allowed.includes(s) ? 0 : NEVER))]);
}
