/**
 * M samples of bits, each with the law of z, that are 1 together as rarely as this copula allows. With d uniform on the simplex,
 * w_m = (1 - d_m)^(M - 1) is uniform; bits are 1[w < p] where p < 1/2 and 1[w > 1 - p] elsewhere, so that the rarer value avoids
 * itself. With r the smaller of p and 1 - p, two samples share it with probability max(2 r^(1 / (M - 1)) - 1, 0)^(M - 1).
 *
 * Source: Dimitriev, Zhou, "ARMS", ICML 2021, section 4.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Key } from '../../random/key.ts';
import { uniform } from '../../random/noise.ts';

export interface AntitheticSamples {
  /** M of them, [B, D]. */
  readonly draws: readonly tf.Tensor[];
  readonly p: tf.Tensor;
  /** p (1 - p) / (p - P11) = 1 / (1 - correlation), [B, D]. */
  readonly correction: tf.Tensor;
}

/** Where a probability underflows, its bits are all alike and nothing is left to correct. */
const TINY = 1e-30;

export function antitheticSamples(logits: tf.Tensor, key: Key, samples: number): AntitheticSamples {
  const [p, opposite] = [tf.sigmoid(logits), tf.sigmoid(tf.neg(logits))];
  const exponentials = tf.neg(tf.log(uniform(key, [samples, ...logits.shape])));
  const total = tf.sum(exponentials, 0, true);
  const w = tf.pow(tf.div(tf.sub(total, exponentials), total), samples - 1); // [M, B, D]
  const seldom = tf.step(tf.sub(0.5, p)); // 1 where p < 1/2
  const bits = tf.add(
    tf.mul(seldom, tf.step(tf.sub(p, w))),
    tf.mul(tf.sub(1, seldom), tf.step(tf.sub(w, opposite))),
  );
  const rare = tf.maximum(tf.minimum(p, opposite), TINY);
  const together = tf.pow(tf.maximum(tf.sub(tf.mul(tf.pow(rare, 1 / (samples - 1)), 2), 1), 0), samples - 1);
  const correction = tf.mul(tf.maximum(p, opposite), tf.div(rare, tf.sub(rare, together)));
  return { draws: tf.unstack(bits), p, correction };
}
