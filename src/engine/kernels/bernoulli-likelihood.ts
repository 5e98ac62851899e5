/**
 * The log-likelihood of bits under independent Bernoulli laws with logits, row by row: one node of the tape, in one pass forward and
 * one backward where the backend has our kernels. tf.softplus takes as long on wasm as the product of matrices before it.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { isRecorded } from './gradients/recorded.ts';

/** Names of the kernels: x, logits -> the log-likelihoods; dy, x, logits -> the gradient for the logits. */
export const BERNOULLI_LIKELIHOOD = 'GumbelStudioBernoulliLikelihood';
export const BERNOULLI_RESIDUAL = 'GumbelStudioBernoulliResidual';

/** Shorter rows than a vector are left to the backend's own operations. */
const SHORTEST = 4;

/**
 * sum_p x_p log sigmoid(l_p) + (1 - x_p) log sigmoid(-l_p) = sum_p x_p l_p - softplus(l_p), [R], in nats: finite for logits of any
 * finite size. Differentiable twice in the logits, a constant in x.
 * @param x in [0, 1], [R, P]
 * @param logits [R, P]
 */
export function bernoulliLogLikelihood(x: tf.Tensor2D, logits: tf.Tensor2D): tf.Tensor1D {
  return tf.customGrad<tf.Tensor1D>((...args) => {
    const [l, save] = args as [tf.Tensor2D, tf.GradSaveFunc];
    save([l]);
    return {
      value: rowSums(x, l),
      gradFunc: (dy, saved) => residual(dy, x, saved[0] as tf.Tensor2D),
    };
  })(logits);
}

/** The same, differentiable twice in both: of bits that are themselves drawn, relaxed or a mean. */
export function bernoulliLogMass(z: tf.Tensor2D, logits: tf.Tensor2D): tf.Tensor1D {
  return tf.customGrad<tf.Tensor1D>((...args) => {
    const [x, l, save] = args as unknown as [tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
    save([x, l]);
    return {
      value: rowSums(x, l),
      gradFunc: (dy, saved) => {
        const [atX, atL] = saved as [tf.Tensor2D, tf.Tensor2D];
        return [tf.mul(tf.reshape(dy, [-1, 1]), atL), residual(dy, atX, atL)];
      },
    };
  })(z, logits);
}

function rowSums(x: tf.Tensor2D, logits: tf.Tensor2D): tf.Tensor1D {
  if (has(BERNOULLI_LIKELIHOOD, x)) {
    return tf.engine().runKernel<tf.Tensor1D>(BERNOULLI_LIKELIHOOD, { x, logits });
  }
  return tf.sum<tf.Tensor1D>(tf.sub(tf.mul(x, logits), tf.softplus(logits)), 1);
}

/** dy (x - sigmoid(l)); a further derivative runs through dy and l, for which the kernel leaves no tape. */
function residual(dy: Tensor, x: tf.Tensor2D, logits: tf.Tensor2D): Tensor {
  if (has(BERNOULLI_RESIDUAL, x) && !isRecorded()) {
    return tf.engine().runKernel<Tensor>(BERNOULLI_RESIDUAL, { dy, x, logits });
  }
  return tf.mul(tf.reshape(dy, [-1, 1]), tf.sub(x, tf.sigmoid(logits)));
}

function has(kernelName: string, x: tf.Tensor2D): boolean {
  const kernel: unknown = tf.getKernel(kernelName, tf.getBackend());
  return kernel !== undefined && x.shape[1] >= SHORTEST;
}
