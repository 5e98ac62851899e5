/**
 * From places to one-hot rows and back on wasm: `tf.oneHot` in the type that was asked for, where the backend's own writes integers
 * whatever the type, and `tf.argMax` along the last axis, four columns at a time.
 */
import { type KernelConfig, OneHot, ArgMax, util } from '@tensorflow/tfjs-core';
import { TensorMemory } from './memory.ts';
import { plainConfig } from './plain-kernel.ts';
import { simdFunctions } from './simd.ts';

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
