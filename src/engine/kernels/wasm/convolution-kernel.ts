import type { KernelConfig, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { AppError } from '../../../shared/errors.ts';
import { TensorMemory } from './memory.ts';
import { WASM } from './plain-kernel.ts';

/** Of a convolution, by the names that tfjs-core gives them. */
export type ConvolutionInputs = Partial<Record<'x' | 'dy' | 'filter' | 'input' | 'output', TensorInfo>>;

/** A kernel on wasm for images of float32. */
export function convolutionKernel(
  kernelName: string,
  compute: (memory: TensorMemory, inputs: ConvolutionInputs, attrs: NamedAttrMap) => TensorInfo,
): KernelConfig {
  return {
    kernelName,
    backendName: WASM,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const other = Object.values(inputs).find((input) => input?.dtype !== 'float32');
      if (other !== undefined)
        throw new AppError('internal', `${kernelName}: expected float32, got ${other.dtype}; cast it first.`);
      return compute(new TensorMemory(backend), inputs, attrs ?? {});
    },
  };
}
