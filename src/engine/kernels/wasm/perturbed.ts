/** Logits with Gumbel noise on wasm: the noise is made in the output, and the logits are added to it there. */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { util } from '@tensorflow/tfjs-core';
import { Assembly } from '../../assembler/assembly.ts';
import type { Key } from '../../random/key.ts';
import { TURN, fillAt, type Transformed } from '../../random/vector.ts';
import { PERTURBED, type RowShift } from '../perturbed.ts';
import { TensorMemory } from './memory.ts';
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

/** Fills a float32 tensor with random numbers, bit for bit those of `random/fill.ts`. */
function fillWithNoise(memory: TensorMemory, kind: Transformed, key: Key, out: TensorInfo): void {
  const size = util.sizeFromShape(out.shape);
  const whole = size - (size % TURN);
  fillAt(memory.memory, kind, key, { address: memory.address(out), first: 0, count: whole });
  if (whole === size) return;
  // The last turn of the generator's loop makes more than there is room for.
  const rest = memory.allocate([TURN]);
  fillAt(memory.memory, kind, key, { address: memory.address(rest), first: whole, count: TURN });
  memory.floats(out).set(memory.floats(rest).subarray(0, size - whole), whole);
  memory.dispose(rest);
}
