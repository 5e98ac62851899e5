/**
 * `tf.clone` on wasm without a copy: the output shares the data of its input, as `tf.reshape` does. The backend's own kernel
 * copies, and the gradient tape clones every tensor that it saves.
 */
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { Identity } from '@tensorflow/tfjs-core';
import { AppError } from '../../../shared/errors.ts';
import { TensorMemory } from './memory.ts';
import { plainConfig } from './plain-kernel.ts';

/** The kernel for `Identity` on wasm; the plain one must be registered. */
export function identityConfig(): KernelConfig {
  return {
    ...plainConfig(Identity),
    kernelFunc: ({ inputs, backend }) => {
      const { x } = inputs;
      if (x === undefined) throw new AppError('internal', 'clone: expected a tensor.');
      const { dataId, shape, dtype } = new TensorMemory(backend).share(x);
      return { dataId, shape, dtype };
    },
  };
}
