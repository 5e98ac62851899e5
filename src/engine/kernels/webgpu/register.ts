/** Kernels that the WebGPU backend has in a wrong or coarse form. */
import { registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { addNConfig } from './add-n.ts';
import { argMaxConfig } from './arg-max.ts';
import { castConfig } from './cast.ts';
import { cumsumConfig } from './cumsum.ts';
import { WEBGPU } from './program.ts';
import { unaryConfigs } from './unary.ts';

let registered = false;

/** Replaces them by ours, after `@tensorflow/tfjs-backend-webgpu` was imported; calling it again does nothing. */
export function registerWebgpuKernels(): void {
  if (registered) return;
  for (const config of [addNConfig(), argMaxConfig(), castConfig(), cumsumConfig(), ...unaryConfigs()]) {
    unregisterKernel(config.kernelName, WEBGPU);
    registerKernel(config);
  }
  registered = true;
}
