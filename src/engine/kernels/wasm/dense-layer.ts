/** A fully connected layer on wasm: the product in its own kernel, then biases and relu in one pass. */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { BatchMatMul, util } from '@tensorflow/tfjs-core';
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

/** The kernel, for a stack of layers too: [R, B, in], [R, in, out], [R, out]. That for `BatchMatMul` must be registered. */
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
  const [rows, columns] = sums.shape.slice(-2) as [number, number];
  const layers = util.sizeFromShape(sums.shape.slice(0, -2));
  if (columns >= NARROWEST) {
    const run = assembly.in(memory.memory)[relu ? 'biasedRelu' : 'biased'];
    const [from, added, to] = [sums, biases, out].map((x) => memory.address(x)) as [number, number, number];
    for (let layer = 0; layer < layers; layer++) {
      const offset = 4 * layer * rows * columns;
      run(from + offset, added + 4 * layer * columns, to + offset, rows, columns);
    }
    return;
  }
  const [from, added, to] = [memory.floats(sums), memory.floats(biases), memory.floats(out)];
  for (let i = 0; i < from.length; i++) {
    const bias = added[Math.floor(i / (rows * columns)) * columns + (i % columns)]!;
    const sum = Math.fround(from[i]! + bias);
    to[i] = relu ? Math.max(sum, 0) : sum;
  }
}
