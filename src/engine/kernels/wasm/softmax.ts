/** `tf.softmax` on wasm without subnormal numbers: see `softmax-code.ts`. */
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { Softmax, util } from '@tensorflow/tfjs-core';
import { TensorMemory } from './memory.ts';
import { plainConfig } from './plain-kernel.ts';
import { simdFunctions } from './simd.ts';

/** The kernel for `Softmax` on wasm; the plain one must be registered, and does rows of fewer than 4. */
export function softmaxConfig(): KernelConfig {
  const plain = plainConfig(Softmax);
  return {
    ...plain,
    kernelFunc: (call) => {
      const { logits } = call.inputs;
      const columns = logits?.shape.at(-1) ?? 0;
      const size = util.sizeFromShape(logits?.shape ?? []);
      if (logits === undefined || columns < 4 || size === 0) return plain.kernelFunc(call);
      const memory = new TensorMemory(call.backend);
      const out = memory.allocate(logits.shape);
      simdFunctions(memory.memory).softmax(
        memory.address(logits),
        memory.address(out),
        size / columns,
        columns,
      );
      return out;
    },
  };
}
