/**
 * The buyer's choice with an explicit gate for individual rationality in place of a null option: one of the K options is always
 * chosen, and its price is paid if its utility is not negative.
 *   f(z) = sum_k z_k price_k g_k,  g_k = 1[u_k >= 0] forward, with the slope of sigmoid(u_k / temperature) backward
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Objective } from '../../core/choice.ts';
import { detached, replaceForward } from '../../core/gradient-flow.ts';

/** Utilities [B, K] -> logits [B, 1, K + 1]; the null option cannot be chosen. */
export function gatedLogits(utilities: tf.Tensor2D): tf.Tensor3D {
  const never = tf.fill<tf.Rank.R2>([utilities.shape[0], 1], -Infinity);
  return tf.expandDims(tf.concat2d([never, utilities], 1), 1);
}

/** @param temperature in the unit of the utilities */
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
