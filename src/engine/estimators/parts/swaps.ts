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
import { withinReach } from './choice-maths.ts';

/**
 * The whole estimate; f's own parameters get the gradient at z itself, so that one z at a time is in memory.
 * @param exponentials standard exponential numbers like the logits; their shares are pi
 * @param references j of each row, [B], from 0 to K - 1: one that all rows shared would make them depend on one another
 */
export function swapEstimate(
  choice: CategoricalChoice,
  objective: Objective,
  exponentials: tf.Tensor,
  references: Int32Array,
): Estimate {
  const logits = stopGradient(withinReach(choice).logits);
  const [rows, , classes] = logits.shape;
  /** One-hot of c = j + offset, beyond K from the start again, [B, 1, K]: by offsets every row begins with z itself. */
  const place = (offset: number) =>
    detached(() => {
      const at = references.map((reference) => (reference + offset) % classes);
      // The wasm backend's one-hot holds integers whatever type it is asked for.
      return tf.expandDims(tf.cast(tf.oneHot(tf.tensor1d(at, 'int32'), classes), 'float32'), 1);
    });
  const drawn = (noise: tf.Tensor) => detached(() => categorical.mode(tf.sub(logits, tf.log(noise))));
  const value = objective.evaluate(drawn(exponentials));
  const mean = tf.mean<tf.Scalar>(value);

  const score = withGradient(choice.logits, () => {
    const reference = place(0);
    const entry = (at: tf.Tensor) => tf.sum(tf.mul(exponentials, at), 2, true); // [B, D, 1]
    const own = entry(reference);
    const exchanged = (at: tf.Tensor) => {
      const others = tf.mul(exponentials, tf.sub(tf.sub(1, at), reference));
      return tf.add(others, tf.add(tf.mul(at, own), tf.mul(reference, entry(at))));
    };
    const values = Array.from({ length: classes }, (_, offset) =>
      offset === 0 ? value : objective.evaluate(drawn(exchanged(place(offset)))),
    );
    const average = tf.mean(tf.stack(values), 0); // [B]
    const rest = tf.addN(
      values.map((each, offset) => tf.mul(place(offset), tf.reshape(tf.sub(each, average), [rows, 1, 1]))),
    );
    const share = tf.div(own, tf.sum(exponentials, 2, true)); // pi_j
    const weight = tf.sub(1, tf.mul(share, classes));
    // What cannot be chosen has no gradient; its noise is left out.
    const possible = tf.step(categorical.probabilities(logits));
    return tf.mul(tf.mul(tf.mul(rest, weight), possible), 1 / rows);
  });
  return { surrogate: tf.add(mean, score), value: stopGradient(mean), evaluations: classes };
}
