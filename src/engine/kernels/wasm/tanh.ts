/** `tf.tanh` on wasm in SIMD: the bits of the backend's own kernel, which calls the C library number by number. */
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { Tanh, util } from '@tensorflow/tfjs-core';
import { Assembly } from '../../assembler/assembly.ts';
import { TensorMemory } from './memory.ts';
import { plainConfig } from './plain-kernel.ts';
import { writeTanh } from './tanh-code.ts';

const assembly = new Assembly<'tanh'>({ tanh: [3, writeTanh] });

/** The kernel; the plain one must be registered, and does fewer numbers than a vector holds. */
export function tanhConfig(): KernelConfig {
  const plain = plainConfig(Tanh);
  return {
    ...plain,
    kernelFunc: (call) => {
      const { x } = call.inputs;
      const size = util.sizeFromShape(x!.shape);
      if (x!.dtype !== 'float32' || size < 4) return plain.kernelFunc(call);
      const memory = new TensorMemory(call.backend);
      const out = memory.allocate(x!.shape);
      assembly.in(memory.memory).tanh(memory.address(x!), memory.address(out), 4 * size);
      return out;
    },
  };
}
