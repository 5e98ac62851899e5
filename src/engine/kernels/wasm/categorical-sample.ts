/** Categorical samples on wasm: where the cumulative sums pass their level, and one-hot rows of that. */
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { util } from '@tensorflow/tfjs-core';
import { Assembly } from '../../assembler/assembly.ts';
import { CATEGORICAL_SAMPLE } from '../categorical-sample.ts';
import { writeCategoricalSample } from './categorical-sample-code.ts';
import { TensorMemory } from './memory.ts';
import { WASM } from './plain-kernel.ts';

const assembly = new Assembly({ place: [5, writeCategoricalSample] });

export function categoricalSampleConfig(): KernelConfig {
  return {
    kernelName: CATEGORICAL_SAMPLE,
    backendName: WASM,
    kernelFunc: ({ inputs, backend }) => {
      const [p, uniforms] = [inputs['p']!, inputs['uniforms']!];
      const memory = new TensorMemory(backend);
      const [out, places] = [memory.allocate(p.shape), memory.allocate(uniforms.shape, 'int32')];
      const columns = p.shape.at(-1)!;
      const rows = util.sizeFromShape(uniforms.shape);
      const [from, levels, to] = [p, uniforms, places].map((x) => memory.address(x)) as [
        number,
        number,
        number,
      ];
      assembly.in(memory.memory).place(from, levels, to, rows, columns);
      memory.words(out).fill(0);
      const [chosen, ones] = [memory.words(places), memory.floats(out)];
      // A level that rounding takes up to the last sum is above none: its row stays empty.
      for (let row = 0; row < rows; row++) if (chosen[row]! < columns) ones[row * columns + chosen[row]!] = 1;
      memory.dispose(places);
      return out;
    },
  };
}
