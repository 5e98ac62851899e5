/** What a gradient passes through, and what it does not. tfjs has no stop-gradient of its own. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * Runs `compute` unrecorded: the tensor it makes is a constant to every gradient, and nothing inside is kept for a
 * backward pass. It must make a new tensor; tf.grad does not work inside.
 */
export function detached<T extends tf.Tensor>(compute: () => T): T {
  // An operation without inputs lies on no path from a variable to a loss.
  return tf.customGrad<T>(() => ({ value: compute(), gradFunc: () => [] }))();
}

/**
 * Runs `compute`, which may take gradients itself, on a tape of its own: to every gradient outside, what it makes is a
 * constant. Nested in the outer tape, its backward pass would be recorded too, as if a further derivative were wanted.
 */
export function onOwnTape<T>(compute: () => T): T {
  const { state } = tf.engine();
  const { activeTape, gradientDepth } = state;
  state.gradientDepth = 0;
  try {
    return compute();
  } finally {
    state.activeTape = activeTape;
    state.gradientDepth = gradientDepth;
  }
}

/**
 * Runs `differentiate`, which takes gradients. tfjs keeps what was saved for a backward pass when the function that it
 * differentiates throws: here it is let go.
 */
export function leavingNoTape<T>(differentiate: () => T): T {
  try {
    return differentiate();
  } catch (error) {
    const { state } = tf.engine();
    if (state.gradientDepth === 0) {
      // Null outside a gradient, whatever its type says.
      const tape = state.activeTape as typeof state.activeTape | null;
      for (const { saved } of tape ?? []) tf.dispose(saved ?? []);
      state.activeTape = [];
    }
    throw error;
  }
}

/** x as a constant. */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  return detached(() => tf.clone(x));
}

/** Forward `hard`, backward `soft`: the straight-through trick. Same shapes; no gradient reaches `hard`. */
export function replaceForward<T extends tf.Tensor>(soft: T, hard: T): T {
  const pass = tf.customGrad<tf.Tensor>(() => ({ value: tf.clone(hard), gradFunc: (dy) => tf.clone(dy) }));
  return pass(soft) as T;
}

/**
 * A scalar of value 0 whose gradient for x is the tensor that `gradient` makes (unrecorded; the shape of x): how an estimate
 * that is known as a formula becomes a term of a surrogate or of a side loss.
 */
export function withGradient(x: tf.Tensor, gradient: () => tf.Tensor): tf.Scalar {
  const term = tf.customGrad<tf.Scalar>((...args) => {
    const save = args[1] as tf.GradSaveFunc;
    save([gradient()]);
    return { value: tf.scalar(0), gradFunc: (dy, saved) => tf.mul(dy, saved[0]!) };
  });
  return term(x);
}
