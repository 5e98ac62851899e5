/** The best atom inside of each bundle, and how bundles come nearer to an atom: in one kernel each, where the backend has them. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * Names of the kernels: logits, wants, values -> v, with the attribute `atoms`; x -> slopes, with the attributes `atoms` and
 * `sharpness`.
 */
export const BEST_INSIDE = 'GumbelStudioBestInside';
export const BEST_SLOPE = 'GumbelStudioBestSlope';

/** Fewer bundles, or groups, than a vector has lanes are left to the backend's own operations. */
const FEWEST = 4;

/**
 * The value of the best atom inside of each bundle of the items with logits above 0, [B, K]; undefined without the kernel, or for fewer than 4
 * bundles.
 * @param logits [K, m]
 * @param wants 1 where the atom wants the item, else 0, [B A, m]
 * @param values at least 0, [1, B A]
 * @param atoms A
 */
export function bestInside(
  logits: tf.Tensor2D,
  wants: tf.Tensor2D,
  values: tf.Tensor2D,
  atoms: number,
): tf.Tensor2D | undefined {
  if (!has(BEST_INSIDE) || logits.shape[0] < FEWEST) return undefined;
  return tf.engine().runKernel<tf.Tensor2D>(BEST_INSIDE, { logits, wants, values }, { atoms });
}

/** softmax(sharpness x) e^x, the softmax over every `atoms` numbers in turn: the slope of log sum exp in e^x; x [K, B A]. */
export function bestSlope(x: tf.Tensor2D, atoms: number, sharpness: number): tf.Tensor2D {
  if (has(BEST_SLOPE) && x.size >= FEWEST * atoms)
    return tf.engine().runKernel<tf.Tensor2D>(BEST_SLOPE, { x }, { atoms, sharpness });
  const shares = tf.softmax(tf.reshape(tf.mul(x, sharpness), [-1, atoms]));
  return tf.mul(tf.reshape<tf.Rank.R2>(shares, x.shape), tf.exp(x));
}

function has(kernelName: string): boolean {
  const kernel: unknown = tf.getKernel(kernelName, tf.getBackend());
  return kernel !== undefined;
}
