/** `tf.max` along the last axis on wasm, four columns at a time. */
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { Max, util } from '@tensorflow/tfjs-core';
import { TensorMemory } from './memory.ts';
import { plainConfig } from './plain-kernel.ts';
import { simdFunctions } from './simd.ts';

/** The kernel for `Max` on wasm; the plain one must be registered, and does what this one does not. */
export function maxConfig(): KernelConfig {
  const plain = plainConfig(Max);
  return {
    ...plain,
    kernelFunc: (call) => {
      const { x } = call.inputs;
      if (x === undefined) return plain.kernelFunc(call);
      const { reductionIndices, keepDims } = call.attrs as {
        reductionIndices: number | number[];
        keepDims: boolean;
      };
      const axes = util.parseAxisParam(reductionIndices, x.shape);
      const columns = x.shape.at(-1) ?? 0;
      const alongLast = axes.length === 1 && axes[0] === x.shape.length - 1;
      if (x.dtype !== 'float32' || !alongLast || columns < 4) return plain.kernelFunc(call);
      const memory = new TensorMemory(call.backend);
      const outer = x.shape.slice(0, -1);
      const out = memory.allocate(keepDims ? [...outer, 1] : outer);
      const rows = util.sizeFromShape(outer);
      simdFunctions(memory.memory).maxOfRows(memory.address(x), memory.address(out), rows, columns);
      return out;
    },
  };
}
