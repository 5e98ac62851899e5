/** One loader per tensor backend. A loader makes its backend the current one, or throws saying what is missing. */
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from '../../shared/run.ts';
import { registerWasmKernels } from '../../engine/kernels/wasm/register.ts';
import { leanTensorData } from '../../engine/kernels/wasm/tensor-data.ts';
import { activate, packageRequire, packageVersion, processor, type LoadedBackend } from './loaded-backend.ts';
import { loadTensorflow } from './tensorflow.ts';
import { loadWebgpu } from './webgpu.ts';

export const loaders: Readonly<Record<BackendName, () => Promise<LoadedBackend>>> = {
  cpu: loadCpu,
  wasm: loadWasm,
  tensorflow: () => loadTensorflow('tensorflow'),
  'tensorflow-gpu': () => loadTensorflow('tensorflow-gpu'),
  webgpu: loadWebgpu,
};

async function loadCpu(): Promise<LoadedBackend> {
  await import('@tensorflow/tfjs-backend-cpu');
  await activate('cpu');
  const version = packageVersion('@tensorflow/tfjs-backend-cpu');
  // Many times slower than wasm, which runs wherever Node does, and not its numbers: for whoever names it.
  return { name: 'cpu', version, device: processor(), preferable: false, readEvery: 1 };
}

async function loadWasm(): Promise<LoadedBackend> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${dirname(packageRequire.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  registerWasmKernels();
  await activate('wasm');
  leanTensorData(tf.backend());
  const version = packageVersion('@tensorflow/tfjs-backend-wasm');
  return { name: 'wasm', version, device: processor(), preferable: true, readEvery: 1 };
}
