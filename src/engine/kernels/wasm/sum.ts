/**
 * `tf.sum` on wasm over leading axes, row by row: the backend's own transposes first, which takes ten times as long. It is
 * what the gradient of a broadcast operand (a bias, a price) calls.
 */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { Sum, util } from '@tensorflow/tfjs-core';
import { TensorMemory } from './memory.ts';
import { plainConfig } from './plain-kernel.ts';
import { simdFunctions } from './simd.ts';
import { COLUMNS_AT_A_TIME } from './vector-code.ts';

/** The kernel for `Sum` on wasm; the plain one must be registered, and does what this one does not. */
export function sumConfig(): KernelConfig {
  const plain = plainConfig(Sum);
  return {
    ...plain,
    kernelFunc: (call) => {
      const { x } = call.inputs;
      if (x === undefined) return plain.kernelFunc(call);
      const axes = util.parseAxisParam(call.attrs?.['axis'] as number | number[], x.shape);
      const memory = new TensorMemory(call.backend);
      const allocate = (): TensorInfo => {
        const sides = x.shape.map((side, axis) => (axes.includes(axis) ? 1 : side));
        const keepDims = call.attrs?.['keepDims'] === true;
        return memory.allocate(keepDims ? sides : sides.filter((_, axis) => !axes.includes(axis)), x.dtype);
      };
      if (util.sizeFromShape(x.shape) === 0) {
        // The backend's own leaves what was in the memory before.
        const out = allocate();
        memory.words(out).fill(0);
        return out;
      }
      const rows = util.sizeFromShape(x.shape.slice(0, axes.length));
      const columns = util.sizeFromShape(x.shape.slice(axes.length));
      const leading = axes.every((axis) => axis < axes.length);
      if (x.dtype !== 'float32' || !leading || columns < COLUMNS_AT_A_TIME) return plain.kernelFunc(call);
      const out = allocate();
      simdFunctions(memory.memory).sumOfRows(memory.address(x), memory.address(out), rows, columns);
      return out;
    },
  };
}
