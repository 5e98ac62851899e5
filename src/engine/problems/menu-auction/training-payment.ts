/** f of a menu: what a buyer's choice pays in training. The hard evaluation knows prices alone. */
import * as tf from '@tensorflow/tfjs-core';
import type { Objective } from '../../core/choice.ts';
import { detached, replaceForward } from '../../core/gradient-flow.ts';

/** Utilities [B, K], in units of the noise -> logits [B, 1, K + 1] of the choice, the null option first. */
export function choiceLogits(utilities: tf.Tensor2D): tf.Tensor3D {
  return tf.expandDims(tf.concat2d([tf.zeros([utilities.shape[0], 1]), utilities], 1), 1);
}

/** f(z) = z . (0, prices). */
export function payment(prices: tf.Tensor1D, batch: number): Objective {
  const withNull = tf.concat1d([tf.zeros([1]), prices]);
  const classes = withNull.shape[0];
  return {
    relaxable: true,
    evaluate: (z) =>
      tf.reshape(tf.matMul(tf.reshape(z, [-1, classes]), tf.reshape(withNull, [classes, 1])), [-1]),
    enumerate: () => tf.tile(tf.expandDims<tf.Tensor2D>(withNull, 0), [batch, 1]),
  };
}

/** Utilities [B, K] -> logits [B, 1, K + 1] of a choice with an explicit gate: the null option cannot be chosen. */
export function gatedLogits(utilities: tf.Tensor2D): tf.Tensor3D {
  const never = tf.fill<tf.Rank.R2>([utilities.shape[0], 1], -Infinity);
  return tf.expandDims(tf.concat2d([never, utilities], 1), 1);
}

/**
 * What a buyer pays with an explicit gate for individual rationality in place of a null option: one of the K options is always
 * chosen, and its price is paid if its utility is not negative.
 *   f(z) = sum_k z_k price_k g_k,  g_k = 1[u_k >= 0] forward, with the slope of sigmoid(u_k / temperature) backward
 * @param temperature in the unit of the utilities
 */
export function gatedPayment(prices: tf.Tensor1D, utilities: tf.Tensor2D, temperature: number): Objective {
  const [buyers, options] = utilities.shape;
  const soft = tf.sigmoid(tf.div(utilities, temperature));
  const gate = replaceForward(
    soft,
    detached(() => tf.cast(tf.greaterEqual(utilities, 0), 'float32')),
  );
  const paid = tf.concat2d([tf.zeros([buyers, 1]), tf.mul(gate, prices)], 1);
  return {
    relaxable: true,
    evaluate(z) {
      const copies = z.size / paid.size;
      const rows = copies === 1 ? paid : tf.tile(paid, [copies, 1]);
      return tf.sum<tf.Tensor1D>(tf.mul(tf.reshape(z, [buyers * copies, options + 1]), rows), 1);
    },
    enumerate: () => tf.clone(paid),
  };
}

/**
 * What RochetNet trains on in place of the price: the value of the choice less the largest utility there is.
 *   f(z) = z . (0, v) - max(0, max_k u_k),  u_k = v_k - price_k
 * For the buyer's true choice it is the price, as that choice has the largest utility. A mixed choice pays less than the mixed
 * price, by what it falls short of the largest utility: nothing is gained from buyers who are softly made to take what they
 * would not.
 * Source: Dütting, Feng, Narasimhan, Parkes, Ravindranath, "Optimal Auctions through Deep Learning", ICML 2019, section 3.1
 * (RochetNet), and the authors' program.
 * @param values v, [B, K], and @param utilities u, [B, K], both in units of the noise
 * @param noise that unit, in which f is not: f is in the prices' unit
 */
export function utilityPayment(values: tf.Tensor2D, utilities: tf.Tensor2D, noise: number): Objective {
  const [buyers, options] = values.shape;
  const withNull = (x: tf.Tensor2D) => tf.concat2d([tf.zeros([buyers, 1]), x], 1);
  const offered = withNull(utilities);
  // The slope of the maximum is that of the largest one; the tape's own gradient of max compares all with all.
  const best = detached(() => tf.cast(tf.oneHot(tf.argMax<tf.Tensor1D>(offered, 1), options + 1), 'float32'));
  const largest = tf.sum(tf.mul(offered, best), 1, true);
  const paid = tf.mul<tf.Tensor2D>(tf.sub(withNull(values), largest), noise);
  return {
    relaxable: true,
    evaluate(z) {
      const copies = z.size / paid.size;
      const rows = copies === 1 ? paid : tf.tile(paid, [copies, 1]);
      // A choice sums to 1, so that taking the largest utility off every value takes it off once.
      return tf.sum<tf.Tensor1D>(tf.mul(tf.reshape(z, [buyers * copies, options + 1]), rows), 1);
    },
    enumerate: () => tf.clone(paid),
  };
}
