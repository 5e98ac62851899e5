/**
 * ARS, the categorical form of ARM: z = argmax(theta - log pi) with pi uniform on the simplex is a draw of z, and stays one when
 * two entries of pi are exchanged. g_c = (f(z^c) - mean_m f(z^m)) (1 - K pi_j), z^c from pi with the entries c and j exchanged,
 * in all choices of a row at once.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { CategoricalChoice, Objective } from '../../core/choice.ts';
import type { Estimate } from '../../core/estimator.ts';
import { detached, stopGradient, withGradient } from '../../core/gradient-flow.ts';
import * as categorical from '../../distributions/categorical.ts';

/**
 * The whole estimate; f's own parameters get the gradient at z itself, so that one z at a time is in memory.
 * @param exponentials standard exponential numbers like the logits; their shares are pi
 * @param reference j, from 0 to K - 1
 */
export function swapEstimate(
  choice: CategoricalChoice,
  objective: Objective,
  exponentials: tf.Tensor,
  reference: number,
): Estimate {
  const logits = stopGradient(choice.logits);
  const [rows, , classes] = logits.shape;
  const drawn = (order: readonly number[]) =>
    detached(() => categorical.mode(tf.sub(logits, tf.log(tf.gather(exponentials, [...order], 2)))));
  const identity = Array.from({ length: classes }, (_, k) => k);
  const value = objective.evaluate(drawn(identity));
  const mean = tf.mean<tf.Scalar>(value);

  const score = withGradient(choice.logits, () => {
    const values = identity.map((c) => {
      if (c === reference) return value;
      const order = identity.with(c, reference).with(reference, c);
      return objective.evaluate(drawn(order));
    });
    const each = tf.stack(values, 1); // [B, K]
    const rest = tf.expandDims(tf.sub(each, tf.mean(each, 1, true)), 1);
    const total = tf.sum(exponentials, 2, true);
    const share = tf.div(tf.gather(exponentials, [reference], 2), total); // pi_j, [B, D, 1]
    const weight = tf.sub(1, tf.mul(share, classes));
    // What cannot be chosen has no gradient; its noise is left out.
    const possible = tf.step(categorical.probabilities(logits));
    return tf.mul(tf.mul(tf.mul(rest, weight), possible), 1 / rows);
  });
  return { surrogate: tf.add(mean, score), value: stopGradient(mean), evaluations: classes };
}
