/**
 * The ascent of lying bidders through networks of constant weights as one kernel, its slopes written out: no operation of the
 * tape, none of the engine's own work around some hundred small kernels a step.
 */
import * as tf from '@tensorflow/tfjs-core';

/**
 * Name of the kernel: values, start, lowest, highest, and weights0, biases0, weights1, ... -> lies; attributes `steps` and `rate`.
 */
export const LIE_ASCENT = 'GumbelStudioLieAscent';

/** Adam's, as every ascent of lies has it. */
export const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

export interface LieAscent {
  /** What the items are worth to the bidders, [B, n, m]. */
  readonly values: tf.Tensor3D;
  /** Lies to start from, [B, n, m]. */
  readonly start: tf.Tensor3D;
  /** Bounds of a lie by item, [m] each. */
  readonly lowest: tf.Tensor1D;
  readonly highest: tf.Tensor1D;
  /**
   * Bids [R, n m] -> m rows of n + 1 logits (nobody, then the bidders) and, after them, the logits of the n shares of its
   * declared value that each bidder pays, [R, m (n + 1) + n]; sigmoid between the layers.
   */
  readonly layers: readonly { readonly weights: tf.Tensor2D; readonly biases: tf.Tensor1D }[];
  /** At least 1. */
  readonly steps: number;
  readonly rate: number;
}

/** Fewer lies than a vector has lanes are left to the backend's own operations. */
const FEWEST = 4;

/** Whether the backend has the kernel, and for that many lies. */
export function canAscend({ shape: [batch, bidders] }: tf.Tensor3D): boolean {
  const kernel: unknown = tf.getKernel(LIE_ASCENT, tf.getBackend());
  return kernel !== undefined && batch * bidders >= FEWEST;
}

/**
 * Lies after so many steps of Adam up the expected utility of every bidder that lies alone, sum_j z_ij (v_ij - fraction_i
 * lie_ij), [B, n, m]. Unrecorded: call it on a tape of its own.
 */
export function ascend({ layers, steps, rate, ...inputs }: LieAscent): tf.Tensor3D {
  const given: Record<string, tf.Tensor> = { ...inputs };
  for (const [depth, { weights, biases }] of layers.entries()) {
    given[`weights${depth}`] = weights;
    given[`biases${depth}`] = biases;
  }
  return tf.engine().runKernel<tf.Tensor3D>(LIE_ASCENT, given, { steps, rate });
}
