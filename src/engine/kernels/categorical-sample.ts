/** A categorical sample by inversion of the distribution function in one kernel, where the backend has it. */
import * as tf from '@tensorflow/tfjs-core';

/** Name of the kernel: p, uniforms -> the sample, one-hot. */
export const CATEGORICAL_SAMPLE = 'GumbelStudioCategoricalSample';

/** Rows that the kernel does at a time; fewer are left to the backend's own operations. */
const FEWEST = 4;

/**
 * One value a row: the first whose cumulative probability is above the row's uniform times the last one, which rounding leaves off 1.
 * What is masked, p = 0, is never drawn. A constant to the gradient only where the caller detaches it.
 * @param p probabilities, [B, D, K]
 * @param uniforms strictly inside (0, 1), [B, D, 1]
 * @returns one-hot, [B, D, K]
 */
export function categoricalSample(p: tf.Tensor, uniforms: tf.Tensor): tf.Tensor {
  const kernel: unknown = tf.getKernel(CATEGORICAL_SAMPLE, tf.getBackend());
  if (kernel !== undefined && uniforms.size >= FEWEST)
    return tf.engine().runKernel<tf.Tensor>(CATEGORICAL_SAMPLE, { p, uniforms });
  const [rows, latents, classes] = p.shape as [number, number, number];
  const cumulative = tf.cumsum(p, 2);
  const level = tf.mul(uniforms, tf.max(cumulative, 2, true));
  const index = tf.searchSorted(cumulative, level, 'right');
  // The wasm backend's one-hot holds integers whatever type it is asked for.
  return tf.cast(tf.oneHot(tf.reshape(index, [rows, latents]), classes), 'float32');
}
