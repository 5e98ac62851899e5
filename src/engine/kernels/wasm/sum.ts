/**
 * `tf.sum` on wasm over leading axes, row by row: the backend's own transposes first, which takes ten times as long. It is
 * what the gradient of a broadcast operand (a bias, a price) calls.
 */
import type { KernelConfig } from '@tensorflow/tfjs-core';
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
      const [summed, kept] = [x.shape.slice(0, axes.length), x.shape.slice(axes.length)];
      const [rows, columns] = [util.sizeFromShape(summed), util.sizeFromShape(kept)];
      const leading = axes.every((axis) => axis < axes.length);
      if (x.dtype !== 'float32' || !leading || rows === 0 || columns < COLUMNS_AT_A_TIME)
        return plain.kernelFunc(call);
      const memory = new TensorMemory(call.backend);
      const out = memory.allocate(
        call.attrs?.['keepDims'] === true ? [...summed.map(() => 1), ...kept] : kept,
      );
      simdFunctions(memory.memory).sumOfRows(memory.address(x), memory.address(out), rows, columns);
      return out;
    },
  };
}
