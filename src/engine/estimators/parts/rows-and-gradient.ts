import * as tf from '@tensorflow/tfjs-core';

/**
 * A function's values, [B], and its gradient at x, from one evaluation: row by row, as no row looks at another. Both can be
 * differentiated again; no gradient reaches x. Of a function that does not depend on x, the gradient is 0.
 */
export function rowsAndGradient(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor) {
  let kept: tf.Tensor | undefined;
  const gradient = tf.tidy(() => {
    const values = (): tf.Tensor => {
      kept = tf.keep(tf.clone(f(x)));
      return kept;
    };
    // tf.grad would refuse a function that does not depend on x.
    const { grads } = tf.engine().gradients(values, [x], tf.ones([x.shape[0]]), true);
    return (grads as readonly (tf.Tensor | undefined)[])[0] ?? tf.zerosLike(x);
  });
  const rows = tf.clone(kept!);
  kept!.dispose();
  return { rows, gradient };
}
