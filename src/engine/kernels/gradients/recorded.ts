import * as tf from '@tensorflow/tfjs-core';

/** True inside an outer gradient, whose tape records what this one does: a second derivative may be asked for. */
export function isRecorded(): boolean {
  return tf.engine().state.gradientDepth > 0;
}

/** True inside a gradient that is itself inside another: the backward pass of what is done now may be recorded. */
export function willBeRecorded(): boolean {
  return tf.engine().state.gradientDepth > 1;
}
