/**
 * Whole numbers and truths as float32. The backend's own kernel renames the buffer and leaves integers in it, for which some of its shaders
 * (transposition among them) then do not compile.
 */
import { Cast, type KernelConfig } from '@tensorflow/tfjs-core';
import { elements, plainWebgpuConfig, program, type WebgpuBackend } from './program.ts';

const CODE = `
  fn main(index : i32) {
    if (index < uniforms.size) { setOutputAtIndex(index, f32(x[index])); }
  }
`;

export function castConfig(): KernelConfig {
  const plain = plainWebgpuConfig(Cast);
  return {
    ...plain,
    kernelFunc: (call) => {
      const x = call.inputs['x']!;
      const isWhole = x.dtype === 'int32' || x.dtype === 'bool';
      if (!isWhole || call.attrs?.['dtype'] !== 'float32') return plain.kernelFunc(call);
      const made = program('cast', x.shape, elements(x), CODE);
      return (call.backend as WebgpuBackend).runWebGPUProgram(made, [x], 'float32');
    },
  };
}
