/** REBAR's and RELAX's estimate from its parts on wasm, and its gradient: see `control-variate-code.ts`. */
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { util } from '@tensorflow/tfjs-core';
import { CONTROLLED, CONTROLLED_GRADIENT } from '../control-variate.ts';
import { TensorMemory } from './memory.ts';
import { WASM } from './plain-kernel.ts';
import { simdFunctions } from './simd.ts';

export function controlVariateConfigs(): KernelConfig[] {
  return [
    {
      kernelName: CONTROLLED,
      backendName: WASM,
      kernelFunc: ({ inputs, backend }) => {
        const memory = new TensorMemory(backend);
        const { shape } = inputs['p']!;
        const out = memory.allocate(shape);
        const [credit, given, rest, hard, p] = ['credit', 'given', 'rest', 'hard', 'p'].map((name) =>
          memory.address(inputs[name]!),
        ) as [number, number, number, number, number];
        const { rows, columns } = matrix(shape);
        const to = memory.address(out);
        simdFunctions(memory.memory).controlled(credit, given, rest, hard, p, to, rows, columns);
        return out;
      },
    },
    {
      kernelName: CONTROLLED_GRADIENT,
      backendName: WASM,
      kernelFunc: ({ inputs, backend }) => {
        const memory = new TensorMemory(backend);
        const { shape } = inputs['p']!;
        const [toGiven, toCredit] = [memory.allocate(shape), memory.allocate([...shape.slice(0, -1), 1])];
        const [dy, rest, hard, p] = ['dy', 'rest', 'hard', 'p'].map((name) =>
          memory.address(inputs[name]!),
        ) as [number, number, number, number];
        const { rows, columns } = matrix(shape);
        const [byGiven, byCredit] = [memory.address(toGiven), memory.address(toCredit)];
        simdFunctions(memory.memory).controlledGradient(dy, rest, hard, p, byGiven, byCredit, rows, columns);
        return [toGiven, toCredit];
      },
    },
  ];
}

function matrix(shape: readonly number[]): { rows: number; columns: number } {
  const columns = shape.at(-1)!;
  return { rows: util.sizeFromShape([...shape]) / columns, columns };
}
