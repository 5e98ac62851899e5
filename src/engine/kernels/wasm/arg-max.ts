/** `tf.argMax` on wasm along the last axis, four columns at a time. */
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { ArgMax, util } from '@tensorflow/tfjs-core';
import { TensorMemory } from './memory.ts';
import { plainConfig } from './plain-kernel.ts';
import { simdFunctions } from './simd.ts';

/** The kernel for `ArgMax` on wasm; the plain one must be registered, and does what this one does not. */
export function argMaxConfig(): KernelConfig {
  const plain = plainConfig(ArgMax);
  return {
    ...plain,
    kernelFunc: (call) => {
      const { x } = call.inputs;
      if (x === undefined) return plain.kernelFunc(call);
      const axis = util.parseAxisParam(call.attrs?.['axis'] as number, x.shape)[0];
      const columns = x.shape.at(-1) ?? 0;
      if (x.dtype !== 'float32' || axis !== x.shape.length - 1 || columns < 4) return plain.kernelFunc(call);
      const memory = new TensorMemory(call.backend);
      const out = memory.allocate(x.shape.slice(0, -1), 'int32');
      const rows = util.sizeFromShape(out.shape);
      simdFunctions(memory.memory).argMax(memory.address(x), memory.address(out), rows, columns);
      return out;
    },
  };
}
