/** Softmax at a temperature in one pass forward and one backward, where the backend has our kernels. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../shared/errors.ts';
import { isRecorded, willBeRecorded } from './gradients/recorded.ts';

/**
 * Names of the kernels: logits -> y; dy, y -> the gradient for the logits; u, dy, y -> the gradient for y of the product of u
 * with that gradient. All with the attribute `scale`.
 */
export const SCALED_SOFTMAX = 'GumbelStudioScaledSoftmax';
export const SOFTMAX_GRADIENT = 'GumbelStudioSoftmaxGradient';
export const SOFTMAX_CURVATURE = 'GumbelStudioSoftmaxCurvature';

/** softmax(scale x) on the last axis; scale > 0. */
export function scaledSoftmax(x: Tensor, scale: number): Tensor {
  return throughSoftmax(x, scale, (_, y) => y);
}

/** Forward one-hot of the largest x on the last axis, the first in a tie; backward softmax(scale x): straight-through. */
export function straightThroughSoftmax(x: Tensor, scale: number): Tensor {
  return throughSoftmax(x, scale, (logits) =>
    tf.oneHot(tf.argMax(logits, -1), logits.shape.at(-1)!, 1, 0, 'float32'),
  );
}

/** `forward` of x and y = softmax(scale x), with the gradient of y. */
function throughSoftmax(x: Tensor, scale: number, forward: (x: Tensor, y: Tensor) => Tensor): Tensor {
  return tf.customGrad((...args) => {
    const [logits, save] = args as [Tensor, tf.GradSaveFunc];
    const y = has(SCALED_SOFTMAX)
      ? tf.engine().runKernel<Tensor>(SCALED_SOFTMAX, { logits }, { scale })
      : tf.softmax(scale === 1 ? logits : tf.mul(logits, scale));
    save(willBeRecorded() ? [y, logits] : [y]);
    return {
      value: forward(logits, y),
      gradFunc: (dy: Tensor, [ySaved, xSaved]: Tensor[]) => {
        if (xSaved !== undefined) return gradientThroughInput(dy, xSaved, ySaved!, scale);
        if (isRecorded()) {
          throw new AppError(
            'internal',
            'softmax: expected an input saved for a second derivative; compute it inside of the inner gradient.',
          );
        }
        return softmaxGradient(dy, ySaved!, scale);
      },
    };
  })(x);
}

/** The gradient for x, given dy for y = softmax(scale x) on the last axis. */
export function softmaxGradient(dy: Tensor, y: Tensor, scale: number): Tensor {
  // The kernel leaves no tape for a second derivative.
  if (has(SOFTMAX_GRADIENT) && !isRecorded())
    return tf.engine().runKernel<Tensor>(SOFTMAX_GRADIENT, { dy, y }, { scale });
  const slope = tf.mul(tf.sub(dy, tf.sum(tf.mul(dy, y), -1, true)), y);
  return scale === 1 ? slope : tf.mul(slope, scale);
}

/** The same, differentiable in x: a further derivative runs through the input, as the tape loses the way to a saved output. */
export function gradientThroughInput(dy: Tensor, x: Tensor, y: Tensor, scale: number): Tensor {
  if (!isRecorded()) return softmaxGradient(dy, y, scale);
  return tf.customGrad((...args) => {
    const [slope, logits, save] = args as unknown as [Tensor, Tensor, tf.GradSaveFunc];
    save([slope, logits, y]);
    return {
      value: has(SOFTMAX_GRADIENT)
        ? tf.engine().runKernel<Tensor>(SOFTMAX_GRADIENT, { dy: slope, y }, { scale })
        : softmaxGradient(slope, y, scale),
      gradFunc: (u: Tensor, saved: Tensor[]) => {
        const [dySaved, xSaved, ySaved] = saved as [Tensor, Tensor, Tensor];
        return [
          gradientThroughInput(u, xSaved, ySaved, scale), // the Jacobian of softmax is symmetric
          gradientThroughInput(curvature(u, dySaved, xSaved, ySaved, scale), xSaved, ySaved, scale),
        ];
      },
    };
  })(dy, x);
}

/** The gradient for y of sum u g, g the gradient above: scale (u (dy - sum dy y) - dy sum u y). */
function curvature(u: Tensor, dy: Tensor, x: Tensor, saved: Tensor, scale: number): Tensor {
  if (has(SOFTMAX_CURVATURE) && !isRecorded())
    return tf.engine().runKernel<Tensor>(SOFTMAX_CURVATURE, { u, dy, y: saved }, { scale });
  const y = isRecorded() ? scaledSoftmax(x, scale) : saved;
  const centred = tf.sub(dy, tf.sum(tf.mul(dy, y), -1, true));
  const result = tf.sub(tf.mul(u, centred), tf.mul(dy, tf.sum(tf.mul(u, y), -1, true)));
  return scale === 1 ? result : tf.mul(result, scale);
}

function has(kernelName: string): boolean {
  const kernel: unknown = tf.getKernel(kernelName, tf.getBackend());
  return kernel !== undefined;
}
