import * as tf from '@tensorflow/tfjs-core';

/**
 * A function's values, [B], and its gradient at x, from one evaluation: row by row, as no row looks at another. Both can be
 * differentiated again; no gradient reaches x.
 */
export function rowsAndGradient(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor) {
  let kept: tf.Tensor | undefined;
  const gradient = tf.grad((at: tf.Tensor) => {
    kept = tf.keep(tf.clone(f(at)));
    return kept;
  })(x, tf.ones([x.shape[0]]));
  const rows = tf.clone(kept!);
  kept!.dispose();
  return { rows, gradient };
}
