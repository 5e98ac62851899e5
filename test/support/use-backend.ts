import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { registerGradients } from '../../src/engine/kernels/gradients/register.ts';
import { registerWasmKernels } from '../../src/engine/kernels/wasm/register.ts';

/** Makes `name` the tensor backend of this process, as the trainer does. */
export async function useTestBackend(name: 'cpu' | 'wasm'): Promise<void> {
  registerGradients();
  if (name === 'wasm') {
    const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(`${dirname(entry)}/`);
    registerWasmKernels();
  }
  if (!(await tf.setBackend(name))) throw new Error(`the ${name} backend does not start here`);
  await tf.ready();
}
