/** The log-likelihood of bits on wasm, and its gradient: see `bernoulli-likelihood-code.ts`. */
import { util, type KernelConfig } from '@tensorflow/tfjs-core';
import { BERNOULLI_LIKELIHOOD, BERNOULLI_RESIDUAL } from '../bernoulli-likelihood.ts';
import { TensorMemory } from './memory.ts';
import { WASM } from './plain-kernel.ts';
import { simdFunctions } from './simd.ts';

export function bernoulliLikelihoodConfigs(): KernelConfig[] {
  return [
    {
      kernelName: BERNOULLI_LIKELIHOOD,
      backendName: WASM,
      kernelFunc: ({ inputs, backend }) => {
        const memory = new TensorMemory(backend);
        const { shape } = inputs['logits']!;
        const [out, columns] = [memory.allocate(shape.slice(0, -1)), shape.at(-1)!];
        const rows = util.sizeFromShape(out.shape);
        const [x, logits] = [memory.address(inputs['x']!), memory.address(inputs['logits']!)];
        const run = simdFunctions(memory.memory).bernoulliLikelihood;
        run(x, logits, memory.address(out), rows, columns);
        return out;
      },
    },
    {
      kernelName: BERNOULLI_RESIDUAL,
      backendName: WASM,
      kernelFunc: ({ inputs, backend }) => {
        const memory = new TensorMemory(backend);
        const { shape } = inputs['logits']!;
        const [out, columns] = [memory.allocate(shape), shape.at(-1)!];
        const rows = util.sizeFromShape(shape.slice(0, -1));
        const [dy, x, logits] = ['dy', 'x', 'logits'].map((name) => memory.address(inputs[name]!)) as [
          number,
          number,
          number,
        ];
        const run = simdFunctions(memory.memory).bernoulliResidual;
        run(dy, x, logits, memory.address(out), rows, columns);
        return out;
      },
    },
  ];
}
