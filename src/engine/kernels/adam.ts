/** tfjs-core's Adam with its step in one pass where the backend has our kernel: same state, same numbers. */
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** Name of the kernel: value, first, second, gradient, power1, power2 -> new value, first and second moment. */
export const ADAM_STEP = 'GumbelStudioAdamStep';

/** Not in tfjs-core's interface: the moments by position, the running products of beta1 and beta2. */
interface AdamState {
  readonly accBeta1: tf.Variable;
  readonly accBeta2: tf.Variable;
  readonly accumulatedFirstMoment: Moment[];
  readonly accumulatedSecondMoment: Moment[];
}

interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

interface Moment {
  readonly originalName: string;
  readonly variable: tf.Variable;
}

/** A drop-in for `tf.AdamOptimizer`, to be given every gradient by name in the same order at every step. */
export class FusedAdam extends tf.AdamOptimizer {
  override applyGradients(gradients: readonly NamedTensor[] | NamedTensorMap): void {
    const named = isList(gradients)
      ? [...gradients]
      : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
    const kernel: unknown = tf.getKernel(ADAM_STEP, tf.getBackend());
    if (kernel === undefined) {
      super.applyGradients(named);
      return;
    }
    const { accBeta1, accBeta2 } = this.#state;
    tf.tidy(() => {
      for (const [i, { name, tensor }] of named.entries()) this.#apply(i, name, tensor);
      accBeta1.assign(tf.mul(accBeta1, this.beta1));
      accBeta2.assign(tf.mul(accBeta2, this.beta2));
    });
    this.incrementIterations();
  }

  get #state(): AdamState {
    return this as unknown as AdamState;
  }

  #apply(position: number, name: string, gradient: Tensor): void {
    const { accBeta1, accBeta2, accumulatedFirstMoment, accumulatedSecondMoment } = this.#state;
    const value = tf.engine().registeredVariables[name]!;
    const zeros = (suffix: string): Moment => ({
      originalName: `${name}/${suffix}`,
      variable: tf.tidy(() => tf.variable(tf.zerosLike(value), false)),
    });
    const first = (accumulatedFirstMoment[position] ??= zeros('m')).variable;
    const second = (accumulatedSecondMoment[position] ??= zeros('v')).variable;
    const inputs = { value, first, second, gradient, power1: accBeta1, power2: accBeta2 };
    const { learningRate, beta1, beta2, epsilon } = this;
    const attrs = { learningRate, beta1, beta2, epsilon };
    const [newValue, newFirst, newSecond] = tf.engine().runKernel<Tensor[]>(ADAM_STEP, inputs, attrs);
    first.assign(newFirst!);
    second.assign(newSecond!);
    value.assign(newValue!);
  }
}

function isList(gradients: readonly NamedTensor[] | NamedTensorMap): gradients is readonly NamedTensor[] {
  return Array.isArray(gradients);
}
