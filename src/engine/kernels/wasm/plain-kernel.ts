/** The wasm backend's own kernels, from which ours are built. */
import type { Attribute, KernelBackend, KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { getKernel } from '@tensorflow/tfjs-core';
import { AppError } from '../../../shared/errors.ts';

export const WASM = 'wasm';

/** A kernel of the backend with one output, by its registered name. */
export type PlainKernel = (
  backend: KernelBackend,
  inputs: Record<string, TensorInfo>,
  attrs?: Record<string, Attribute>,
) => TensorInfo;

export function plainConfig(kernelName: string): KernelConfig {
  // tfjs-core's types leave out that there may be none.
  const config = getKernel(kernelName, WASM) as KernelConfig | undefined;
  if (config === undefined) {
    throw new AppError(
      'precondition',
      `registerWasmKernels: the wasm backend has no kernel ${kernelName}; import @tensorflow/tfjs-backend-wasm first.`,
    );
  }
  return config;
}

export function plainKernel(config: KernelConfig): PlainKernel {
  return (backend, inputs, attrs = {}) => {
    const output = config.kernelFunc({ inputs, backend, attrs });
    if (Array.isArray(output))
      throw new AppError('internal', `${config.kernelName}: expected one output, got a list.`);
    return output;
  };
}
