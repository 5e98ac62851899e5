/**
 * The library's Adam with a state that can be saved and put back bit for bit. Its own `setWeights` recomputes the powers
 * of beta from the iteration count, which differs in the last bits from the running products it trains with.
 */
import * as tf from '@tensorflow/tfjs-core';
import { isOf, tensorName } from '../../shared/checkpoint.ts';
import { download, restore, upload, type NamedTensorData } from '../core/named-tensor.ts';
import { FusedAdam } from '../kernels/adam.ts';

interface NamedGradient {
  readonly name: string;
  readonly tensor: tf.Tensor;
}

interface Moment {
  readonly variable: tf.Variable;
}

class ScheduledAdam extends FusedAdam {
  setLearningRate(value: number): void {
    this.learningRate = value;
  }
}

export interface Adam {
  apply(gradients: readonly NamedGradient[], learningRate: number): void;
  save(): Promise<readonly NamedTensorData[]>;
  restore(tensors: readonly NamedTensorData[]): Promise<void>;
  dispose(): void;
}

/** Adam with the usual constants (0.9, 0.999, 1e-8). */
export function createAdam(): Adam {
  const optimizer = new ScheduledAdam(0, 0.9, 0.999, 1e-8);
  return {
    apply(gradients, learningRate) {
      optimizer.setLearningRate(learningRate);
      optimizer.applyGradients(
        gradients.map((gradient) => ({ name: gradient.name, tensor: gradient.tensor })),
      );
    },
    async save() {
      const [iterations, ...slots] = await optimizer.getWeights();
      iterations?.tensor.dispose();
      return Promise.all([
        download(tensorName('adam', 'beta1'), optimizer['accBeta1'] as tf.Variable),
        download(tensorName('adam', 'beta2'), optimizer['accBeta2'] as tf.Variable),
        // The library names slots after its own counters; their order (first moments, then second) is what counts.
        ...slots.map((slot, i) => download(tensorName('adam', `slot${i}`), slot.tensor)),
      ]);
    },
    async restore(tensors) {
      const own = tensors.filter((tensor) => isOf('adam', tensor));
      const [beta1, beta2, ...slots] = own;
      if (beta1 === undefined || beta2 === undefined) return;
      // Iteration count 0: only the (overwritten below) powers of beta are computed from it.
      const weights = [{ name: 'iter', tensor: tf.scalar(0, 'int32') as tf.Tensor }];
      for (const slot of slots) {
        weights.push({ name: slot.name, tensor: upload(slot) });
      }
      // The library leaves those that it replaces where they are.
      const before = [
        ...(optimizer['accumulatedFirstMoment'] as Moment[]),
        ...(optimizer['accumulatedSecondMoment'] as Moment[]),
      ];
      await optimizer.setWeights(weights);
      tf.dispose(before.map(({ variable }) => variable));
      for (const weight of weights) weight.tensor.dispose();
      restore(optimizer['accBeta1'] as tf.Variable, beta1);
      restore(optimizer['accBeta2'] as tf.Variable, beta2);
    },
    dispose() {
      optimizer.dispose();
    },
  };
}
