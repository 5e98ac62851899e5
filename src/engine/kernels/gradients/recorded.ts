import * as tf from '@tensorflow/tfjs-core';

/** True inside an outer gradient, whose tape records what this one does: a second derivative may be asked for. */
export function isRecorded(): boolean {
  return tf.engine().state.gradientDepth > 0;
}
