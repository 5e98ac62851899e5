/**
 * What RochetNet trains on in place of the price: the value of the choice less the largest utility there is.
 *   f(z) = z . (0, v) - max(0, max_k u_k),  u_k = v_k - price_k
 * For the buyer's true choice it is the price, as that choice has the largest utility. A mixed choice pays less than the mixed
 * price, by what it falls short of the largest utility: nothing is gained from buyers who are softly made to take what they
 * would not.
 * Source: Dütting, Feng, Narasimhan, Parkes, Ravindranath, "Optimal Auctions through Deep Learning", ICML 2019, section 3.1
 * (RochetNet), and the authors' program.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Objective } from '../../core/choice.ts';
import { detached } from '../../core/gradient-flow.ts';

/**
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
