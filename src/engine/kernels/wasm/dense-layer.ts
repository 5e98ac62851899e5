/** A fully connected layer on wasm: the product in its own kernel, then biases and relu in one pass. */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { BatchMatMul } from '@tensorflow/tfjs-core';
import { Assembly } from '../../assembler/assembly.ts';
import { f32x4 } from '../../assembler/expression.ts';
import { DENSE_LAYER } from '../dense-layer.ts';
import { TensorMemory } from './memory.ts';
import { WASM, plainConfig, plainKernel } from './plain-kernel.ts';
import { writeWithRow } from './row-arithmetic.ts';

/** Columns at least: one vector. */
const NARROWEST = 4;

const assembly = new Assembly({
  biased: [5, writeWithRow(f32x4.add)],
  biasedRelu: [5, writeWithRow((sum, bias) => f32x4.max(f32x4.add(sum, bias), f32x4.all(0)))],
});

/** The kernel; that for `BatchMatMul` must be registered. */
export function denseLayerConfig(): KernelConfig {
  const multiply = plainKernel(plainConfig(BatchMatMul));
  return {
    kernelName: DENSE_LAYER,
    backendName: WASM,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { x, weights, biases } = inputs as Record<'x' | 'weights' | 'biases', TensorInfo>;
      const memory = new TensorMemory(backend);
      const sums = multiply(memory.backend, { a: x, b: weights });
      const out = memory.allocate(sums.shape);
      activate(memory, { sums, biases, out }, attrs?.['relu'] === true);
      memory.dispose(sums);
      return out;
    },
  };
}

function activate(
  memory: TensorMemory,
  { sums, biases, out }: Record<'sums' | 'biases' | 'out', TensorInfo>,
  relu: boolean,
): void {
  const [rows, columns] = sums.shape as [number, number];
  if (columns >= NARROWEST) {
    const run = assembly.in(memory.memory)[relu ? 'biasedRelu' : 'biased'];
    run(memory.address(sums), memory.address(biases), memory.address(out), rows, columns);
    return;
  }
  const [from, added, to] = [memory.floats(sums), memory.floats(biases), memory.floats(out)];
  for (let i = 0; i < from.length; i++) {
    const sum = Math.fround(from[i]! + added[i % columns]!);
    to[i] = relu ? Math.max(sum, 0) : sum;
  }
}
