/** `tf.oneHot` on wasm in the type that was asked for: the backend's own writes integers whatever the type. */
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { OneHot } from '@tensorflow/tfjs-core';
import { TensorMemory } from './memory.ts';
import { plainConfig } from './plain-kernel.ts';

/** The kernel for `OneHot` on wasm; the plain one must be registered, and does types of other than float32. */
export function oneHotConfig(): KernelConfig {
  const plain = plainConfig(OneHot);
  return {
    ...plain,
    kernelFunc: (call) => {
      const { indices } = call.inputs;
      if (indices?.dtype !== 'int32' || call.attrs?.['dtype'] !== 'float32') return plain.kernelFunc(call);
      const { depth, onValue, offValue } = call.attrs as Record<string, number>;
      const memory = new TensorMemory(call.backend);
      const out = memory.allocate([...indices.shape, depth!]);
      // Zeros as integers: filling with floats takes four times as long.
      if (offValue === 0) memory.words(out).fill(0);
      else memory.floats(out).fill(offValue!);
      const values = memory.floats(out);
      for (const [row, index] of memory.words(indices).entries()) {
        if (index >= 0 && index < depth!) values[row * depth! + index] = onValue!;
      }
      return out;
    },
  };
}
