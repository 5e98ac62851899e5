/**
 * The estimate of a relaxed control variate for categorical choices whose conditional sample equals the first one, from its parts:
 * credit (hard - p) + path - p sum path, path = rest given, in one pass forward and one backward, where the backend has our kernels.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** Names of the kernels: credit, given, rest, hard, p -> g; dy, rest, hard, p -> the gradients for given and for credit. */
export const CONTROLLED = 'GumbelStudioControlled';
export const CONTROLLED_GRADIENT = 'GumbelStudioControlledGradient';

/** Shorter rows than a vector are left to the backend's own operations. */
const SHORTEST = 4;

export interface Controlled {
  /** f(b) - c, [B, 1, 1]. */
  readonly credit: Tensor;
  /** Gradient of c at the sample, [B, D, K]. */
  readonly given: Tensor;
  /** 1 less the derivative of the conditional sample, the hard sample and the probabilities, like `given`: constants. */
  readonly rest: Tensor;
  readonly hard: Tensor;
  readonly p: Tensor;
}

/** Differentiable once in `credit` and `given`. */
export function controlledEstimate({ credit, given, rest, hard, p }: Controlled): Tensor {
  const node = tf.customGrad((...args) => {
    const [weights, slopes] = args as [Tensor, Tensor];
    const [rows, latents] = p.shape as [number, number];
    const fused = p.shape.at(-1)! >= SHORTEST && hasKernels();
    return {
      value: fused
        ? tf.engine().runKernel<Tensor>(CONTROLLED, {
            ...{ given: slopes, rest, hard, p },
            credit: latents === 1 ? weights : tf.tile(weights, [1, latents, 1]),
          })
        : composed({ credit: weights, given: slopes, rest, hard, p }),
      gradFunc: (dy: Tensor) => {
        const [byGiven, byCredit] = fused
          ? tf.engine().runKernel<[Tensor, Tensor]>(CONTROLLED_GRADIENT, { dy, rest, hard, p })
          : composedGradient(dy, rest, hard, p);
        return [
          latents === 1 ? byCredit : tf.sum(tf.reshape(byCredit, [rows, latents, 1]), 1, true),
          byGiven,
        ];
      },
    };
  });
  return node(credit, given);
}

function composed({ credit, given, rest, hard, p }: Controlled): Tensor {
  const path = tf.mul(rest, given);
  const centred = tf.sub(path, tf.mul(p, tf.sum(path, -1, true)));
  return tf.add(tf.mul(credit, tf.sub(hard, p)), centred);
}

function composedGradient(dy: Tensor, rest: Tensor, hard: Tensor, p: Tensor): [Tensor, Tensor] {
  const back = tf.sub(dy, tf.sum(tf.mul(dy, p), -1, true));
  return [tf.mul(rest, back), tf.sum(tf.mul(dy, tf.sub(hard, p)), -1, true)];
}

function hasKernels(): boolean {
  const kernel: unknown = tf.getKernel(CONTROLLED, tf.getBackend());
  return kernel !== undefined;
}
