/** Logits with Gumbel noise on wasm: the noise is made in the output, and the logits are added to it there. */
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { util } from '@tensorflow/tfjs-core';
import { Assembly } from '../../assembler/assembly.ts';
import { PERTURBED, type RowShift } from '../perturbed.ts';
import { TensorMemory } from './memory.ts';
import { fillWithNoise } from './noise.ts';
import { writePerturbed } from './perturbed-code.ts';
import { WASM } from './plain-kernel.ts';

const assembly = new Assembly<RowShift>({
  largest: [4, writePerturbed('largest')],
  far: [4, writePerturbed('far')],
});

export function perturbedConfig(): KernelConfig {
  return {
    kernelName: PERTURBED,
    backendName: WASM,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { logits } = inputs;
      const { high, low, shift } = attrs as unknown as { high: number; low: number; shift: RowShift };
      const memory = new TensorMemory(backend);
      const out = memory.allocate(logits!.shape);
      fillWithNoise(memory, 'gumbel', { words: [high, low] }, out);
      const columns = out.shape.at(-1)!;
      const rows = util.sizeFromShape(out.shape) / columns;
      assembly.in(memory.memory)[shift](memory.address(logits!), memory.address(out), rows, columns);
      return out;
    },
  };
}
