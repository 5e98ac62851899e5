/** Logits with Gumbel noise, which is made where it is added, where the backend has our kernel. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { membersOf, type Key } from '../random/key.ts';

/**
 * Name of the kernel: logits -> logits less what is taken off their rows, and with the noise of a key; attributes `high` and `low`, the
 * key's words, and `shift`. Its gradient: `gradients/elementwise.ts`.
 */
export const PERTURBED = 'GumbelStudioPerturbed';

/** Shorter rows than a vector are left to the backend's own operations. */
const SHORTEST = 4;

/**
 * What is taken off each row, a constant to the gradient: the `largest` logit, with what is left no lower than LOWEST, or that only
 * where it is `far` from 0, beyond REACH.
 */
export type RowShift = 'largest' | 'far';

/**
 * Beyond this a logit leaves float32 too few digits for noise that is added to it; up to this, 13 binary ones after the point.
 * Smaller logits stay as they are, to the bit.
 */
export const REACH = 1024;

/** Finite stand-in for -inf: what is never chosen gets no infinity to multiply with 0. */
export const LOWEST = -1e30;

/** Whether `perturbed` can be had for these logits. @param key of the noise: the kernel makes that of one run */
export function canPerturb(logits: Tensor, key: Key): boolean {
  const kernel: unknown = tf.getKernel(PERTURBED, tf.getBackend());
  return kernel !== undefined && logits.shape.at(-1)! >= SHORTEST && membersOf(key) === undefined;
}

/** logits - shift + G on the last axis, G the standard Gumbel noise of the key. */
export function perturbed(logits: Tensor, key: Key, shift: RowShift): Tensor {
  const [high, low] = key.words;
  return tf.engine().runKernel<Tensor>(PERTURBED, { logits }, { high, low, shift });
}
